// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Wasm.Steps;

/// <summary>What a worker can commit to after a run.</summary>
/// <param name="Roots">State roots, one for each state, the last one's last.</param>
/// <param name="Last">The last state: how the program ended, and in its folder the output.</param>
public sealed record StepRun(IReadOnlyList<Hash32> Roots, StepState Last);
