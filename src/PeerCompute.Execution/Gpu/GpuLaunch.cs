// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace PeerCompute.Execution.Gpu;

/// <summary>One start of a kernel.</summary>
/// <param name="Kernel">Name of the function in the source.</param>
/// <param name="Global">Work items in each of one to three dimensions.</param>
/// <param name="Local">Work items of a group in each dimension; empty: as the driver likes.</param>
/// <param name="Arguments">Its arguments, in order.</param>
public sealed record GpuLaunch(string Kernel, ImmutableArray<ulong> Global, ImmutableArray<ulong> Local, ImmutableArray<GpuArgument> Arguments)
{
    /// <summary>In which rounds it happens.</summary>
    public GpuWhen When { get; init; }

    /// <summary>Whether it happens in a round.</summary>
    /// <param name="round">The round, from 0.</param>
    /// <param name="rounds">How many there are.</param>
    public bool Happens(uint round, uint rounds) => When == GpuWhen.Every || round == (When == GpuWhen.First ? 0 : rounds - 1);
}
