// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>What the router knows of a connected peer. Small: there are tens of them in each of thousands of routers.</summary>
internal sealed class GossipPeer(PeerId id, bool outbound)
{
    // Keeps squares in range; far below every threshold already.
    private const int LargestCounter = 1000 * GossipScoring.One;

    private int _invalid;
    private int _behaviour;
    private Instant _spent;
    private ushort _haves;
    private ushort _wants;
    private ushort _dontWants;
    private int _answered;

    public PeerId Id { get; } = id;

    public bool Outbound { get; } = outbound;

    /// <summary>Whether the owner was told to disconnect it.</summary>
    public bool Dropped { get; set; }

    /// <summary>Whether the next heartbeat has something to do about it.</summary>
    public bool Marked { get; set; }

    /// <summary>Subscriptions remembered.</summary>
    public ushort Topics { get; set; }

    /// <summary>Messages that it sent first and that are being checked or judged.</summary>
    public ushort InFlight { get; set; }

    public bool HasScore => (_invalid | _behaviour) != 0;

    public long Score(GossipScoring scoring)
    {
        if (!HasScore) return 0;
        long invalid = _invalid, behaviour = int.Max(0, _behaviour - scoring.BehaviourAllowance);
        return -(((invalid * invalid * scoring.InvalidWeight) + (behaviour * behaviour * scoring.BehaviourWeight)) / GossipScoring.One);
    }

    public void Invalid() => _invalid = int.Min(LargestCounter, _invalid + GossipScoring.One);

    public void Misbehaved(int times = 1) => _behaviour = int.Min(LargestCounter, _behaviour + (times * GossipScoring.One));

    /// <summary>A heartbeat has passed: scores decay, allowances begin anew.</summary>
    public void Beat(GossipScoring scoring)
    {
        _haves = 0;
        _wants = 0;
        _dontWants = 0;
        _answered = 0;
        if (HasScore) Decay(scoring);
    }

    public void Decay(GossipScoring scoring)
    {
        _invalid = Decayed(_invalid, scoring.InvalidDecay, scoring.Nothing);
        _behaviour = Decayed(_behaviour, scoring.BehaviourDecay, scoring.Nothing);
    }

    public void TakeScoreOf(GossipPeer earlier) => (_invalid, _behaviour) = (earlier._invalid, earlier._behaviour);

    /// <summary>One more new message of it to check, or too many.</summary>
    public bool TryMessage(GossipOptions options, Instant now)
    {
        var next = (_spent > now ? _spent : now) + options.MessageGap;
        if ((next - now).Ticks > options.MessageGap.Ticks * options.MessageBurst) return false;
        _spent = next;
        return true;
    }

    /// <summary>One more IHAVE of it to read, or too many.</summary>
    public bool TryHave(GossipOptions options)
    {
        if (_haves >= options.HavesPerBeat) return false;
        _haves++;
        return true;
    }

    /// <summary>One more id to ask it for, or too many.</summary>
    public bool TryWant(GossipOptions options)
    {
        if (_wants >= options.WantsPerBeat) return false;
        _wants++;
        return true;
    }

    /// <summary>One more message that it wants no copy of, or too many.</summary>
    public bool TryDontWant(GossipOptions options)
    {
        if (_dontWants >= options.DontWantsPerBeat) return false;
        _dontWants++;
        return true;
    }

    /// <summary>So many more bytes to answer it with, or too many.</summary>
    public bool TryAnswer(GossipOptions options, int bytes)
    {
        if (_answered + bytes > options.AnswerBytesPerBeat) return false;
        _answered += bytes;
        return true;
    }

    private static int Decayed(int value, int left, int nothing)
    {
        var decayed = (int)((long)value * left / GossipScoring.One);
        return decayed < nothing ? 0 : decayed;
    }
}
