// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Events;

/// <summary>What an event is; its number is its class in the order key, so at one moment the world changes before nodes see it.</summary>
internal enum SimEventKind : byte
{
    /// <summary>A scripted change of the world.</summary>
    Script,

    /// <summary>A node dies.</summary>
    Kill,

    /// <summary>A node starts.</summary>
    Start,

    /// <summary>A journal write became durable.</summary>
    Durable,

    /// <summary>A connection was lost at one side.</summary>
    LinkDown,

    /// <summary>A connection breaks by itself.</summary>
    Reset,

    /// <summary>A dial arrives at the other side.</summary>
    Dialled,

    /// <summary>A connection came up at one side, or broke before it was.</summary>
    LinkUp,

    /// <summary>A dial failed.</summary>
    Unreachable,

    /// <summary>A message arrives.</summary>
    Message,

    /// <summary>What the other side of a connection is becomes known at one side.</summary>
    Met,

    /// <summary>A gossip RPC arrives.</summary>
    Gossip,

    /// <summary>A question of the DHT or for an advert arrives.</summary>
    Asked,

    /// <summary>Its answer arrives, or the asker gives up.</summary>
    Answered,

    /// <summary>What the shell had to do for a machine is done.</summary>
    Posted,

    /// <summary>Blobs were fetched, or not.</summary>
    Fetched,

    /// <summary>A sandboxed child makes progress.</summary>
    Run,

    /// <summary>A client hands a job in.</summary>
    Submit,

    /// <summary>A node's time-out.</summary>
    Wake,

    /// <summary>Metrics are taken.</summary>
    Sample,
}
