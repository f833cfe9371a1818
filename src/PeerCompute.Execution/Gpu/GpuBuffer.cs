// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Gpu;

/// <summary>Memory on the device, all zero before an input is laid into it.</summary>
/// <param name="Name">Its name, for people: letters, digits, <c>.</c>, <c>-</c> and <c>_</c>, at most <see cref="GpuProgram.MostName"/>.</param>
/// <param name="Bytes">Its size; 0: that of its input.</param>
/// <param name="Input">The input file that is laid into it from its start; empty: none.</param>
/// <param name="Output">The output file that it becomes at the end; empty: none.</param>
public sealed record GpuBuffer(string Name, ulong Bytes, string Input, string Output);
