// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;

namespace PeerCompute.Core.Blobs;

/// <summary>Where a holder stands in a <see cref="FetchPlan"/>.</summary>
internal enum HolderState
{
    /// <summary>Not tried yet.</summary>
    Idle,

    /// <summary>There is a stream to it.</summary>
    Asked,

    /// <summary>Left alone for a while.</summary>
    Resting,

    /// <summary>Not asked again.</summary>
    Out,
}

/// <summary>One holder of a blob: what it owes, how fast it is.</summary>
internal sealed class FetchHolder(PeerId peer, int credit, TimeSpan rest)
{
    /// <summary>A second of chunks may be outstanding, microseconds: what is taken back from a slow holder costs no more.</summary>
    private const long CreditMicros = 1_000_000;

    /// <summary>Least credit: one chunk on its way, one asked for.</summary>
    private const int CreditLeast = 2;

    public PeerId Peer { get; } = peer;

    public HolderState State { get; set; }

    /// <summary>Chunks that may be outstanding.</summary>
    public int Credit { get; private set; } = credit;

    /// <summary>Chunks asked for that did not come.</summary>
    public OrderedSet<int> Owes { get; private set; } = new();

    /// <summary>Chunks that came.</summary>
    public int Chunks { get; private set; }

    /// <summary>Microseconds from one chunk to the next, smoothed; 0 before the first.</summary>
    public long Micros { get; private set; }

    /// <summary>When the last chunk came, or it was asked after a pause.</summary>
    public Instant Since { get; set; }

    public Instant RestUntil { get; set; }

    /// <summary>How long it rests next time.</summary>
    public TimeSpan Rest { get; set; } = rest;

    /// <summary>Others were much faster.</summary>
    public bool IsSlow { get; set; }

    /// <summary>A stream to it begins.</summary>
    public void Begin(Instant now, FetchLimits limits)
    {
        (State, Since, Credit) = (HolderState.Asked, now, limits.FirstCredit);
        (Micros, Chunks) = (0, 0);
    }

    /// <summary>It owes nothing more.</summary>
    /// <returns>What it owed.</returns>
    public OrderedSet<int> Acquit()
    {
        var owed = Owes;
        Owes = new OrderedSet<int>();
        return owed;
    }

    /// <summary>A chunk came from it.</summary>
    public void Came(int chunk, Instant now, FetchLimits limits)
    {
        Owes.Remove(chunk);
        var took = Math.Max(1, now.Micros - Since.Micros);
        Micros = Chunks == 0 ? took : ((3 * Micros) + took) / 4;
        (Since, Rest) = (now, limits.FirstRest);
        Chunks++;
        var most = Math.Clamp(CreditMicros / Micros, CreditLeast, limits.CreditMost);
        Credit = (int)Math.Min(Credit + 1, most);
    }

    /// <summary>Microseconds a chunk, the one that is waited for included.</summary>
    public long PaceAt(Instant now) => Math.Max(Micros, now.Micros - Since.Micros);
}
