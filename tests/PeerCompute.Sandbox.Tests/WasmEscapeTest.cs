// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests;

/// <summary>A broken-out engine in the child of a WebAssembly job gets nowhere, whoever runs the node.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class WasmEscapeTest(bool asRoot) : EscapeFixture(Child.WasmStrict, asRoot, Host.Whole)
{
    private static IEnumerable<string> Every => Names(Child.WasmStrict);

    [TestCaseSource(nameof(Every))]
    public void A_broken_out_engine_is_stopped(string attempt) => Look(attempt);

    [Test]
    public void Every_wall_stands() => Advertised("wasm-strict", grouped: true);

    [TestCase("disk-bomb")]
    [TestCase("upper-disk-bomb")]
    public void What_it_fills_is_a_folder_of_its_own_and_no_disk(string attempt) =>
        Assert.That(SeenOf(attempt).Errno, Is.EqualTo(Errno.ENOSPC), SeenOf(attempt).Note);
}
