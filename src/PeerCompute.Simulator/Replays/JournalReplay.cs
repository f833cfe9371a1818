// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Views;
using PeerCompute.Simulator.Checkers;
using PeerCompute.Wire.Common;

namespace PeerCompute.Simulator.Replays;

/// <summary>
/// A node's journal, replayed through two fresh machines. It is bit for bit: each entry is encoded again to the bytes that were read, both machines show the
/// same, and both want the same, byte for byte where they want something kept, when they are told that a new life began. Otherwise there is no replay.
/// </summary>
/// <param name="Entries">Entries read.</param>
/// <param name="Kinds">How many of each kind.</param>
/// <param name="JournalHash">SHA-256 over all entries with their lengths, hexadecimal.</param>
/// <param name="ViewHash">SHA-256 over what the machines show and want, hexadecimal.</param>
/// <param name="Jobs">Jobs that the node issued.</param>
/// <param name="Work">Leases that it works or worked on.</param>
/// <param name="Last">Kinds of the last entries, oldest first.</param>
public sealed record JournalReplay(
    long Entries, IReadOnlyDictionary<string, long> Kinds, string JournalHash, string ViewHash, IReadOnlyList<JobView> Jobs, IReadOnlyList<LeaseView> Work,
    IReadOnlyList<string> Last)
{
    private const int LastMost = 20;

    /// <summary>Replays.</summary>
    /// <param name="signer">The node's key; nothing that is signed leaves.</param>
    /// <param name="bodies">Bytes of the entries, oldest first.</param>
    /// <param name="most">Entries that are taken; the others are left aside, to see what the node was before them.</param>
    /// <exception cref="PeerComputeException">An entry cannot be read, or the replay is not bit for bit, which is a bug.</exception>
    public static JournalReplay Of(ISigner signer, IEnumerable<byte[]> bodies, long most = long.MaxValue)
        => Of(bodies, most, Machine(signer), Machine(signer));

    /// <summary>Replays through two given machines.</summary>
    internal static JournalReplay Of(IEnumerable<byte[]> bodies, long most, NodeCore one, NodeCore other)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var kinds = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var last = new Queue<string>();
        var n = 0L;
        foreach (var body in bodies)
        {
            if (n == most) break;
            n++;
            var entry = Decode(body, n);
            if (!JournalCodec.Encode(entry).AsSpan().SequenceEqual(body)) throw Differs($"entry {n} is encoded to other bytes");
            one.Restore(entry);
            other.Restore(Decode(body, n));
            hash.AppendData(BitConverter.GetBytes(body.Length));
            hash.AppendData(body);
            var kind = entry.GetType().Name;
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
            last.Enqueue($"{n} {kind}, {body.Length} bytes");
            if (last.Count > LastMost) last.Dequeue();
        }

        var (jobs, work) = (one.Jobs(), one.Work());
        var (first, second) = (ViewText.Of(one), ViewText.Of(other));
        if (first != second) throw Differs($"two machines show {ViewText.Difference(first, second)}");
        var (wanted, again) = (Wants(one), Wants(other));
        if (wanted != again) throw Differs($"two machines want {ViewText.Difference(wanted, again)}");
        return new JournalReplay(
            n, kinds, Convert.ToHexStringLower(hash.GetHashAndReset()),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(first + wanted))), jobs, work, [.. last]);
    }

    /// <summary>A fresh machine.</summary>
    internal static NodeCore Machine(ISigner signer) => new(signer, new NodeSettings(), new Secrets(new byte[32]), new Choices(1));

    private static JournalEntry Decode(byte[] body, long n)
    {
        try
        {
            return JournalCodec.Decode(body);
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.BadInput,
                $"entry {n} of the journal cannot be read ({e.Message}): use the version of peercompute that wrote it, or restore the home from a copy.", e);
        }
    }

    /// <summary>What a machine wants when it starts again after all this.</summary>
    private static string Wants(NodeCore machine)
    {
        var effects = new List<NodeEffect>();
        machine.Handle(new NodeStarted(new Incarnation(ulong.MaxValue, 0)), new NodeTime(new Instant(1), 0, 0), effects);
        return string.Join('\n', effects.Select(static effect => effect is Keep keep
            ? Convert.ToHexStringLower(JournalCodec.Encode(keep.Entry)) : effect.GetType().Name));
    }

    private static PeerComputeException Differs(string how)
        => new(ErrorCode.Internal, $"the replay is not bit for bit: {how}. This is a bug; please report it.");
}
