// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Steps;

/// <summary>Whether and how a step program ended (docs/step-abi.md); the numbers are hashed.</summary>
public enum StepEnd
{
    /// <summary>There is another step.</summary>
    GoesOn = 0,

    /// <summary><c>step</c> answered 1.</summary>
    Done = 1,

    /// <summary>It called <c>proc_exit</c>; the code is its exit code.</summary>
    Exited = 2,

    /// <summary>It trapped; the code is the number of the <see cref="TrapKind"/>.</summary>
    Trapped = 3,

    /// <summary><c>step</c> answered something else; the code is the answer.</summary>
    BadAnswer = 4,

    /// <summary>Its state outgrew a bound; the code is a <see cref="StepLimit"/>.</summary>
    OverLimit = 5,
}
