// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using PeerCompute.Base.Checks;
using PeerCompute.Node.Journals;

namespace PeerCompute.Node.Tests.Journals;

/// <summary>A child that appends until it is killed and says which entries are durable.</summary>
internal static class JournalWriter
{
    /// <summary>The body of entry n: its number and n % 1000 bytes that follow from it.</summary>
    public static byte[] Body(long n)
    {
        var body = new byte[8 + (n % 1000)];
        body.AsSpan().Fill((byte)n);
        BinaryPrimitives.WriteInt64LittleEndian(body, n);
        return SHA256.HashData(body)[..8].Concat(body).ToArray();
    }

    public static int Run(string path, string fault)
    {
        if (fault.Length > 0)
        {
            var (name, left) = (fault.Split(':')[0], int.Parse(fault.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
            FaultPoint.Armed = point =>
            {
                if (point == name && Interlocked.Decrement(ref left) == 0) Process.GetCurrentProcess().Kill();
            };
        }

        using var journal = Journal.Open(path);
        foreach (var entry in journal.Replay()) _ = entry;
        journal.Start(durable => { Console.WriteLine(durable); Console.Out.Flush(); }, failure => throw failure);
        for (var n = journal.Last + 1; n < 1_000_000; n++)
        {
            while (journal.Pending > 64) Thread.Yield();
            journal.Append(Body(n));
        }

        return 0;
    }
}
