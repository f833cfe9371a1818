// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Collections.Immutable;
using PeerCompute.Base.Errors;

namespace PeerCompute.Libp2p.Mdns;

/// <summary>A multicast DNS packet (RFC 6762): questions and answers. Authority records are skipped, additional ones count as answers.</summary>
/// <param name="IsResponse">A response, else a query.</param>
/// <param name="Questions">Names and types that are asked for.</param>
/// <param name="Answers">Records.</param>
internal sealed record DnsPacket(bool IsResponse, ImmutableArray<DnsQuestion> Questions, ImmutableArray<DnsRecord> Answers)
{
    /// <summary>Longest packet taken, bytes (RFC 6762, section 17).</summary>
    public const int MaxLength = 9000;

    /// <summary>Most questions of a packet, and most records; beyond, it is junk.</summary>
    public const int MaxEntries = 256;

    private const int HeaderLength = 12;
    private const int ResponseFlags = 0x8400; // response, authoritative

    /// <summary>The packet as bytes.</summary>
    public byte[] Encode()
    {
        var packet = new List<byte>();
        Add16(packet, 0);
        Add16(packet, IsResponse ? ResponseFlags : 0);
        Add16(packet, Questions.Length);
        Add16(packet, Answers.Length);
        Add16(packet, 0);
        Add16(packet, 0);
        foreach (var question in Questions)
        {
            DnsName.Write(packet, question.Name);
            Add16(packet, question.Type);
            Add16(packet, DnsRecord.Internet);
        }

        foreach (var record in Answers)
        {
            DnsName.Write(packet, record.Name);
            Add16(packet, record.Type);
            Add16(packet, DnsRecord.Internet);
            Add16(packet, record.TtlSeconds >> 16);
            Add16(packet, record.TtlSeconds & 0xFFFF);
            Add16(packet, record.Data.Length);
            packet.AddRange(record.Data.Span);
        }

        return packet.ToArray();
    }

    /// <summary>Reads a packet.</summary>
    /// <param name="bytes">A stranger's bytes.</param>
    /// <returns>The packet; records of other classes than the internet's are left out.</returns>
    /// <exception cref="WireException">Malformed or beyond a bound.</exception>
    public static DnsPacket Decode(ReadOnlyMemory<byte> bytes)
    {
        var packet = bytes.Span;
        if (packet.Length is < HeaderLength or > MaxLength) throw new WireException("dns", $"{packet.Length} bytes, 12 to {MaxLength} allowed");
        var flags = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if ((flags & 0x780F) != 0) throw new WireException("dns", "neither a query nor a response without error");
        Span<int> counts = stackalloc int[4];
        var all = 0;
        for (var i = 0; i < counts.Length; i++) all += counts[i] = BinaryPrimitives.ReadUInt16BigEndian(packet[(4 + (2 * i))..]);
        if (all > MaxEntries) throw new WireException("dns", $"{all} entries, limit {MaxEntries}");
        var position = HeaderLength;
        var questions = ImmutableArray.CreateBuilder<DnsQuestion>();
        for (var i = 0; i < counts[0]; i++)
        {
            var name = DnsName.Read(packet, ref position);
            var type = Read16(packet, ref position);
            Read16(packet, ref position);
            questions.Add(new DnsQuestion(name, type));
        }

        var answers = ImmutableArray.CreateBuilder<DnsRecord>();
        for (var i = 0; i < counts[1] + counts[2] + counts[3]; i++)
        {
            var record = ReadRecord(bytes, ref position, out var isInternet);
            if (isInternet && (i < counts[1] || i >= counts[1] + counts[2])) answers.Add(record);
        }

        return new DnsPacket((flags & 0x8000) != 0, questions.DrainToImmutable(), answers.DrainToImmutable());
    }

    private static DnsRecord ReadRecord(ReadOnlyMemory<byte> bytes, ref int position, out bool isInternet)
    {
        var packet = bytes.Span;
        var name = DnsName.Read(packet, ref position);
        var type = Read16(packet, ref position);
        isInternet = (Read16(packet, ref position) & 0x7FFF) == DnsRecord.Internet; // the top bit says "flush your cache"
        var ttl = (Read16(packet, ref position) << 16) | Read16(packet, ref position);
        var length = Read16(packet, ref position);
        if (length > packet.Length - position) throw new WireException("dns record", "cut short", position);
        position += length;
        return new DnsRecord(name, type, ttl, bytes.Slice(position - length, length));
    }

    private static int Read16(ReadOnlySpan<byte> packet, ref int position)
    {
        if (position + 2 > packet.Length) throw new WireException("dns", "cut short", position);
        position += 2;
        return BinaryPrimitives.ReadUInt16BigEndian(packet[(position - 2)..]);
    }

    private static void Add16(List<byte> packet, int value)
    {
        packet.Add((byte)(value >> 8));
        packet.Add((byte)value);
    }
}

/// <summary>What a packet asks for.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Type">Type of record, or <see cref="DnsRecord.Any"/>.</param>
internal readonly record struct DnsQuestion(string Name, int Type);

/// <summary>A record of a packet.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Type">Its type.</param>
/// <param name="TtlSeconds">How long it holds.</param>
/// <param name="Data">Its data as it stands in the packet.</param>
internal sealed record DnsRecord(string Name, int Type, int TtlSeconds, ReadOnlyMemory<byte> Data)
{
    /// <summary>Type: pointer to a name.</summary>
    public const int Ptr = 12;

    /// <summary>Type: texts.</summary>
    public const int Txt = 16;

    /// <summary>Question: any type.</summary>
    public const int Any = 255;

    /// <summary>Class of all records here.</summary>
    public const int Internet = 1;

    /// <summary>Longest text of a TXT record, bytes.</summary>
    public const int MaxText = 255;
}
