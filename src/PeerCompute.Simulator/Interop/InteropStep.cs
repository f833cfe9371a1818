// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Interop;

/// <summary>One instruction for one node (libp2p/test-plans, gossipsub-interop, script_instruction.py).</summary>
internal abstract record InteropStep
{
    /// <summary>Connect with a node; the next step waits for it.</summary>
    public sealed record Connect(int Node) : InteropStep;

    /// <summary>Wait until so long after the start.</summary>
    public sealed record WaitUntil(long Micros) : InteropStep;

    /// <summary>Publish a payload that begins with its number, big-endian.</summary>
    public sealed record Publish(ulong Number, int Bytes, string Topic) : InteropStep;

    /// <summary>Subscribe to a topic.</summary>
    public sealed record Subscribe(string Topic) : InteropStep;

    /// <summary>Judge every message of a topic for so long.</summary>
    public sealed record Judge(string Topic, long Micros) : InteropStep;
}
