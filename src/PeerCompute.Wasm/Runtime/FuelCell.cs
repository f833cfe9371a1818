// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Runtime;

/// <summary>The two numbers that charges are compared with; compiled code reads and writes them itself.</summary>
internal class FuelCell
{
    /// <summary>Fuel left to hand out; below zero only until the charge is refused.</summary>
    public long Left;

    /// <summary>Calls and loops stop below this: 0, or the largest number once the program is cancelled.</summary>
    public long Floor;
}
