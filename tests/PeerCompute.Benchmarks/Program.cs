// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Benchmarks;

/// <summary>The one door to every figure: <c>-- SUITE [--json]</c>.</summary>
internal static class Program
{
    private static int Main() => 0;
}
