// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Sandbox;

/// <summary>
/// Sees whom a program tries to reach over the Internet families. It forbids nothing: behind it lies a network namespace that leads nowhere. What is
/// seen is for people who wonder why their program failed; a program that wants to hide or to lie about it can.
/// </summary>
internal sealed class NetworkWatch
{
    private const int MostSeen = 8;
    private const int MostAtFullSpeed = 256;
    private const int IPv4 = 2, IPv6 = 10; // AF_INET, AF_INET6: the first 16 bits of an address
    private const int NamePort = 53;
    private const int AddressBytes = 28; // struct sockaddr_in6; sockaddr_in takes 16

    private readonly Lock _lock = new();
    private readonly List<string> _seen = [];
    private int _attempts;

    /// <summary>The first destinations, in order, without repetition: <c>192.0.2.1:443</c>; a look-up of a name is <c>DNS</c>.</summary>
    public IReadOnlyList<string> Seen
    {
        get
        {
            lock (_lock) return [.. _seen];
        }
    }

    /// <summary>Serves the notices of a child until its end, on the thread that started it.</summary>
    public void Follow(CallNotices notices, int child)
    {
        using OtherProcess? process = OtherProcess.Open(child);
        if (process is not null) notices.Follow(process, (notice, caller, call, arguments) => Hear(caller, call, arguments, () => notices.Waits(notice)));
    }

    /// <summary>The destination in the bytes of an address (ip(7), ipv6(7)); null for other families, and for the own host.</summary>
    internal static string? Destination(ReadOnlySpan<byte> address)
    {
        if (address.Length < 16) return null;
        int port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        IPAddress? ip = BinaryPrimitives.ReadUInt16LittleEndian(address) switch
        {
            IPv4 => new IPAddress(address.Slice(4, 4)),
            IPv6 when address.Length >= 24 => new IPAddress(address.Slice(8, 16)),
            _ => null,
        };
        if (ip is null || port == 0) return null; // port 0: asked only which way it would go
        if (port == NamePort) return "DNS";
        return IPAddress.IsLoopback(ip) || ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any) ? null
            : new IPEndPoint(ip, port).ToString();
    }

    private void Hear(int process, int call, ReadOnlySpan<ulong> arguments, Func<bool> waits)
    {
        // connect(socket, address, length); sendto(socket, bytes, length, flags, address, length)
        bool connects = call == (int)Seccomp.Syscall.Connect;
        (ulong at, ulong length) = connects ? (arguments[1], arguments[2]) : (arguments[4], arguments[5]);
        Span<byte> address = stackalloc byte[AddressBytes];
        int count = Read(process, at, address[..(int)Math.Min(length, AddressBytes)]);
        // Whoever got its number after it had ended is none of the job's: nothing of his memory is told.
        string? destination = waits() ? Destination(address[..count]) : null;
        lock (_lock)
        {
            if (destination is not null && _seen.Count < MostSeen && !_seen.Contains(destination)) _seen.Add(destination);
        }

        // Who asks without end waits a little each time, so that this thread does not work for it.
        if (++_attempts > MostAtFullSpeed) Thread.Sleep(1);
    }

    private static int Read(int process, ulong at, Span<byte> bytes)
    {
        try
        {
            string memory = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/mem");
            using var file = File.OpenHandle(memory, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return at > long.MaxValue ? 0 : RandomAccess.Read(file, bytes, (long)at);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return 0;
        }
    }
}
