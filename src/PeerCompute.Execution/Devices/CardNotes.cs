// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Devices;

/// <summary>What is said of cards in lists.</summary>
internal static class CardNotes
{
    /// <summary>Of a card that a driver lists.</summary>
    public const string Listed = "a card: granted where the owner offers opencl@1, cuda@1 or gpu@1 (docs/gpu.md); never tried on real hardware";
}
