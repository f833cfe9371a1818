// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Native;

namespace PeerCompute.Execution.Tests.Native;

/// <summary>What no shell, bubblewrap or kernel would take is the caller's fault, not the host's.</summary>
[TestFixture]
internal sealed class NativeCheckTest
{
    private static readonly NativeRunSpec Plain = new() { Arguments = ["/bin/true"] };

    private static IEnumerable<TestCaseData> Wrong =>
    [
        new TestCaseData(Plain with { Arguments = [] }, "no program").SetName("No_program"),
        new TestCaseData(Plain with { Arguments = ["true"] }, "full path").SetName("A_program_without_its_path"),
        new TestCaseData(Plain with { Arguments = ["/bin/true", new string('x', 200_000)] }, "at most 100000").SetName("An_argument_that_is_too_long"),
        new TestCaseData(Plain with { Arguments = ["/bin/true", .. Enumerable.Repeat(new string('x', 90_000), 10)] }, "at most 500000")
            .SetName("Too_many_long_arguments"),
        new TestCaseData(Plain with { Environment = [.. Enumerable.Range(0, 5000).Select(i => $"A{i}=b")] }, "at most 1024").SetName("A_large_environment"),
        new TestCaseData(Plain with { Environment = ["=x"] }, "NAME=value").SetName("A_variable_without_a_name"),
        new TestCaseData(Plain with { Inputs = [KeyValuePair.Create("../x", "/bin/true")] }, "relative path").SetName("A_name_that_leads_out"),
        new TestCaseData(Plain with { StartFolder = "/job/../../oldroot/tmp/x" }, "without '..'").SetName("A_start_folder_that_leads_out"),
    ];

    [TestCaseSource(nameof(Wrong))]
    public void It_is_refused_and_the_remedy_is_said(NativeRunSpec spec, string says)
    {
        var refused = Assert.Throws<PeerComputeException>(() => NativeCheck.Spec(spec));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.BadInput));
        Assert.That(refused.Message, Does.Contain(says));
    }

    [Test]
    public void The_largest_that_is_taken_runs()
    {
        NativeCheck.Spec(Plain with { Arguments = ["/bin/true", .. Enumerable.Repeat(new string('x', 99_000), 5)] });
        NativeCheck.Spec(Plain with { Environment = [.. Enumerable.Range(0, 1024).Select(i => $"A{i}=b")] });
    }
}
