// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Runs;

namespace PeerCompute.Sandbox.Tests;

/// <summary>A native program gets nowhere, whoever runs the node.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class NativeEscapeTest(bool asRoot) : EscapeFixture(AttemptsRunner.Native, asRoot)
{
    private static IEnumerable<string> Every => Names(attempt => attempt.Native);

    [TestCaseSource(nameof(Every))]
    public void A_native_program_is_stopped(string attempt) => Look(attempt);
}
