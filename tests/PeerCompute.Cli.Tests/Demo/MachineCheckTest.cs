// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Demo;

namespace PeerCompute.Cli.Tests.Demo;

[TestFixture]
internal sealed class MachineCheckTest
{
    [TestCase(2, 2_000_000_000)]
    [TestCase(64, 1L << 40)]
    public void A_machine_that_is_large_enough_passes(int cores, long memory) =>
        Assert.That(() => MachineCheck.Require(cores, memory), Throws.Nothing);

    [TestCase(1, 1L << 40)]
    [TestCase(64, 1_999_999_999)]
    [TestCase(1, 0)]
    public void A_smaller_one_is_told_so_on_one_line_with_an_exit_code(int cores, long memory)
    {
        var error = Assert.Throws<PeerComputeException>(() => MachineCheck.Require(cores, memory));
        Assert.That((error!.Code, error.Message.Contains('\n')), Is.EqualTo((ErrorCode.Host, false)));
        Assert.That(error.Message, Does.Contain("2 cores and 2000 MB").And.Contain($"gives it {cores} and {memory / 1_000_000}"));
    }
}
