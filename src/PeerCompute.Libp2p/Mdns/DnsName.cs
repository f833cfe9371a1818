// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;

namespace PeerCompute.Libp2p.Mdns;

/// <summary>Domain names in packets (RFC 1035, sections 3.1 and 4.1.4).</summary>
internal static class DnsName
{
    /// <summary>Longest name, bytes, its length bytes included.</summary>
    public const int MaxLength = 255;

    private const int MaxLabel = 63;

    /// <summary>Reads a name, compressed or not. A pointer must lead backwards, so no loop can be built.</summary>
    /// <param name="packet">The whole packet.</param>
    /// <param name="position">Where the name starts; then where it ends.</param>
    /// <returns>The name in lower case, labels joined by dots; bytes outside ASCII are kept apart from it as question marks.</returns>
    /// <exception cref="WireException">Cut short, too long, or a pointer forwards.</exception>
    public static string Read(ReadOnlySpan<byte> packet, ref int position)
    {
        var name = new StringBuilder();
        var at = position;
        var lowest = position;
        var jumped = false;
        while (true)
        {
            var length = At(packet, at);
            if (length >= 0xC0)
            {
                var target = ((length & 0x3F) << 8) | At(packet, at + 1);
                if (target >= lowest) throw new WireException("dns name", "a pointer that does not lead backwards", at);
                if (!jumped) position = at + 2;
                jumped = true;
                lowest = at = target;
                continue;
            }

            if (length > MaxLabel) throw new WireException("dns name", $"label of {length} bytes, limit {MaxLabel}", at);
            at++;
            if (length == 0) break;
            if (at + length > packet.Length) throw new WireException("dns name", "cut short", at);
            if (name.Length + length + 1 > MaxLength) throw new WireException("dns name", $"longer than {MaxLength} bytes", at);
            if (name.Length > 0) name.Append('.');
            name.Append(Encoding.ASCII.GetString(packet.Slice(at, length)).ToLowerInvariant());
            at += length;
        }

        if (!jumped) position = at;
        return name.ToString();
    }

    /// <summary>Writes a name of ours, without compression.</summary>
    public static void Write(List<byte> packet, string name)
    {
        foreach (var label in name.Split('.'))
        {
            packet.Add((byte)label.Length);
            packet.AddRange(Encoding.ASCII.GetBytes(label));
        }

        packet.Add(0);
    }

    private static int At(ReadOnlySpan<byte> packet, int at) => at < packet.Length ? packet[at] : throw new WireException("dns name", "cut short", at);
}
