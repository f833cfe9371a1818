// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.States;

/// <summary>The parts of a step program's state, in the order in which the state root covers them (docs/step-abi.md).</summary>
public enum StatePart
{
    /// <summary>Terms, step number, end, fuel, clock, chance, bytes streamed.</summary>
    Control = 0,

    /// <summary>Linear memory.</summary>
    Memory = 1,

    /// <summary>Mutable globals.</summary>
    Globals = 2,

    /// <summary>Tables.</summary>
    Tables = 3,

    /// <summary>Which element and data segments are dropped.</summary>
    Segments = 4,

    /// <summary>Open descriptors.</summary>
    Descriptors = 5,

    /// <summary>The work folder: its length counts entries, its root is the manifest's.</summary>
    Folder = 6,
}
