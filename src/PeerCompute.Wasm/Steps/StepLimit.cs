// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Steps;

/// <summary>The bound that a state outgrew; the numbers are hashed.</summary>
public enum StepLimit
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The step numbered <see cref="StepTerms.MaxSteps"/> was not the last.</summary>
    Steps = 1,

    /// <summary>All tables together take more than <see cref="StepTerms.TableBytes"/>.</summary>
    Tables = 2,

    /// <summary>Open descriptors with their listings take more than <see cref="StepTerms.DescriptorBytes"/>.</summary>
    Descriptors = 3,
}
