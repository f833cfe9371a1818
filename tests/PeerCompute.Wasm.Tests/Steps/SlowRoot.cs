// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PeerCompute.Wasm.Tests.Steps;

/// <summary>
/// The state root of a whole snapshot, from docs/step-abi.md alone and with nothing of the code under test: slow, plain, and second to it.
/// </summary>
internal sealed class SlowRoot
{
    private const int PageBytes = 4_096;

    private static readonly byte[][] Zeros = MakeZeros();

    private readonly byte[] _snapshot;
    private int _at = 5 + 32 + 32;

    private SlowRoot(byte[] snapshot) => _snapshot = snapshot;

    public static string Of(byte[] snapshot) => Convert.ToHexStringLower(new SlowRoot(snapshot).Root());

    /// <summary>Root of the plain tree of RFC 6962 over some leaves.</summary>
    private static byte[] Tree(List<byte[]> leaves)
    {
        if (leaves.Count < 2)
        {
            return leaves.Count == 0 ? SHA256.HashData([]) : leaves[0];
        }

        var split = 1;
        while (split * 2 < leaves.Count)
        {
            split *= 2;
        }

        return Node(Tree(leaves[..split]), Tree(leaves[split..]));
    }

    private static byte[] Leaf(byte[] content) => SHA256.HashData([0, .. content]);

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);

    private static byte[][] MakeZeros()
    {
        var zeros = new List<byte[]> { Leaf(new byte[PageBytes]) };
        for (var i = 0; i < 20; i++)
        {
            zeros.Add(Node(zeros[i], zeros[i]));
        }

        return [.. zeros];
    }

    private static byte[] H(params object[] fields)
    {
        var all = new List<byte>();
        foreach (var field in fields)
        {
            var bytes = field switch
            {
                string text => Encoding.UTF8.GetBytes(text),
                long number => BigEndian(number),
                _ => (byte[])field,
            };
            all.AddRange(BigEndian(bytes.Length));
            all.AddRange(bytes);
        }

        return SHA256.HashData([.. all]);
    }

    private static byte[] BigEndian(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Pages(byte[] content, int height, int first)
    {
        if ((long)first * PageBytes >= content.Length)
        {
            return Zeros[height];
        }

        if (height > 0)
        {
            return Node(Pages(content, height - 1, first), Pages(content, height - 1, first + (1 << (height - 1))));
        }

        var page = new byte[PageBytes];
        content.AsSpan(first * PageBytes, Math.Min(PageBytes, content.Length - (first * PageBytes))).CopyTo(page);
        return Leaf(page);
    }

    private byte[] Root()
    {
        var parts = new List<byte[]>();
        for (long number = 0; number < 6; number++)
        {
            var content = Paged();
            parts.Add(Leaf(H("peercompute/1/step-part", number, (long)content.Length, Pages(content, 20, 0))));
        }

        var entries = new List<byte[]>();
        for (var left = Varint(); left > 0; left--)
        {
            var path = Encoding.UTF8.GetString(Raw((int)Varint()));
            long kind = Raw(1)[0];
            var content = kind == 0 ? [] : Paged();
            entries.Add(Leaf(H("peercompute/1/folder-entry", path, kind, (long)content.Length, Pages(content, 20, 0))));
        }

        parts.Add(Leaf(H("peercompute/1/step-part", 6L, (long)entries.Count, Tree(entries))));
        return Tree(parts);
    }

    private byte[] Paged()
    {
        var content = new byte[Varint()];
        var page = -1L;
        for (var left = Varint(); left > 0; left--)
        {
            page += Varint() + 1;
            if (Raw(1)[0] == 1)
            {
                var room = (int)Math.Min(PageBytes, content.Length - (page * PageBytes));
                Raw(room).CopyTo(content, page * PageBytes);
            }
        }

        return content;
    }

    private long Varint()
    {
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = Raw(1)[0];
            value |= (long)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
    }

    private byte[] Raw(int count)
    {
        _at += count;
        return _snapshot[(_at - count).._at];
    }
}
