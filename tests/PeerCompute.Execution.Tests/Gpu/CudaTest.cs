// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Tests.Gpu;

/// <summary>GPU programs in PTX, on the stand-in: which calls the driver gets, in which order, with what, and what each of their failures becomes.</summary>
[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal sealed class CudaTest : CardFixture
{
    private static readonly string[] Paired = ["cuMemAlloc_v2 cuMemFree_v2", "cuModuleLoadDataEx cuModuleUnload", "cuCtxCreate_v2 cuCtxDestroy_v2"];

    [Test]
    public async Task A_program_makes_the_calls_in_order_and_gives_all_back()
    {
        uint[] numbers = [1, 2, 3, 4];
        NativeReport report = await RunAsync(
            One("scale", ".param .u64 in, .param .u64 out, .param .u32 n, .param .u32 task, .param .u32 round") with
            {
                Buffers = [new GpuBuffer("in", 0, "numbers", ""), new GpuBuffer("out", 16, "", "out")],
                Launches =
                [
                    new GpuLaunch("scale", [4], [2],
                        [GpuArgument.Local(96), GpuArgument.Buffer(0), GpuArgument.Buffer(1), GpuArgument.Scalar(5), GpuArgument.Task, GpuArgument.Round]),
                ],
                Rounds = 2,
            },
            spec => spec with { Task = 7, Inputs = [Input("numbers", MemoryMarshal.AsBytes<uint>(numbers))] });
        Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), Said(report));
        uint[] results = MemoryMarshal.Cast<byte, uint>(await File.ReadAllBytesAsync(report.Outputs.Single().Path)).ToArray();
        Assert.That(results, Is.EqualTo(numbers.Select(static n => (n * 5) + 700 + 1)), "number, task and round are where the kernel looks for them");
        string[] calls = Calls();
        int start = Array.LastIndexOf(calls, "cuInit 0");
        Assert.That(calls[..start], Has.Some.StartsWith("cuMemAlloc_v2 "), "a wipe goes before the first task");
        Assert.That(calls[start..], Is.EqualTo(new[]
        {
            "cuInit 0", "cuDeviceGetCount", "cuDeviceGet 0", "cuDeviceGetAttribute 75", "cuDeviceGetAttribute 76", "cuDeviceTotalMem_v2", "cuCtxCreate_v2",
            "cuModuleLoadDataEx 2", "cuMemAlloc_v2 16", "cuMemsetD8_v2 0 16", "cuCtxSynchronize", "cuMemAlloc_v2 16", "cuMemsetD8_v2 0 16", "cuCtxSynchronize",
            "cuMemcpyHtoD_v2 16", "cuModuleGetFunction scale", "cuLaunchKernel scale 2 1 1 2 1 1 96", "cuCtxSynchronize",
            "cuLaunchKernel scale 2 1 1 2 1 1 96", "cuCtxSynchronize", "cuMemcpyDtoH_v2 16", "cuMemsetD8_v2 0 16", "cuCtxSynchronize", "cuMemsetD8_v2 0 16",
            "cuCtxSynchronize", "cuMemFree_v2", "cuMemFree_v2", "cuModuleUnload", "cuCtxDestroy_v2",
        }));
        Assert.That((Words(1, 5), Words(1, 706), Words(0, 0xAAAAAAAA)), Is.EqualTo((0, 0, CardBytes / 4)), "zero on this card, and the other one is untouched");
    }

    [TestCase("cuModuleLoadDataEx", 218, TaskOutcome.JobFault, FaultKind.KernelInvalid, "do not compile")]
    [TestCase("cuModuleLoadDataEx", 222, TaskOutcome.HostFault, FaultKind.Host, "newer than this driver")]
    [TestCase("cuModuleGetFunction", 500, TaskOutcome.JobFault, FaultKind.KernelInvalid, "there is no kernel work")]
    [TestCase("cuMemAlloc_v2", 2, TaskOutcome.JobFault, FaultKind.MemoryLimit, "no 64 bytes for a buffer: the device has 4194304 in all")]
    [TestCase("cuLaunchKernel", 701, TaskOutcome.JobFault, FaultKind.KernelInvalid, "cannot be started with these work items")]
    [TestCase("cuLaunchKernel", 702, TaskOutcome.JobFault, FaultKind.Device, "ran longer than the driver of this card lets one")]
    [TestCase("cuCtxSynchronize", 700, TaskOutcome.JobFault, FaultKind.Device, "memory that is none of its buffers")]
    [TestCase("cuCtxSynchronize", 999, TaskOutcome.JobFault, FaultKind.Device, "the driver fails at the kernels (CUDA error 999)")]
    [TestCase("cuMemcpyDtoH_v2", 719, TaskOutcome.JobFault, FaultKind.Device, "a kernel failed")]
    public async Task A_call_that_fails_in_this_program_alone_has_a_cause_and_leaks_nothing(
        string call, int code, TaskOutcome outcome, FaultKind fault, string cause)
    {
        Wrong($"fail {call} {code} work");
        NativeReport report = await RunAsync(One("work", ".param .u64 b"));
        Assert.That((report.Outcome, report.Fault), Is.EqualTo((outcome, fault)), Said(report));
        Assert.That(report.Text, Does.Contain(cause));
        Assert.That(report.Hint, Is.Not.Empty);
        Balanced(call);
    }

    [Test]
    public async Task A_card_that_is_lost_in_the_middle_is_the_hosts_fault()
    {
        NativeReport well = await RunAsync(One("work", ".param .u64 b"));
        Assert.That(well.Outcome, Is.EqualTo(TaskOutcome.Ok), Said(well));
        Wrong("fail cuLaunchKernel 999 *"); // from now on, for a task that is known to be good as well
        NativeReport lost = await RunAsync(One("work", ".param .u64 b"));
        Assert.That((lost.Outcome, lost.Fault), Is.EqualTo((TaskOutcome.HostFault, FaultKind.Host)), Said(lost));
        Assert.That(lost.Text, Does.Contain("no longer computes"));
        Wrong("fail cuDeviceGetCount 100 *");
        Assert.That((await RunAsync(One("work", ".param .u64 b"))).Outcome, Is.EqualTo(TaskOutcome.HostFault));
    }

    [TestCase("crash cuInit", 120, "could not be filled with zeros")]
    [TestCase("hang cuCtxCreate_v2", 2, "could not be filled with zeros")]
    [TestCase("fail cuMemAlloc_v2 2 *", 120, "nothing of it is free")]
    public async Task A_driver_that_crashes_hangs_or_has_no_memory_left_gives_no_card(string control, int patience, string cause)
    {
        Wrong(control);
        NativeReport report = await RunAsync(One("work", ".param .u64 b"), executor: MakeExecutor(TimeSpan.FromSeconds(patience)));
        Assert.That((report.Outcome, report.Fault), Is.EqualTo((TaskOutcome.HostFault, FaultKind.Host)), Said(report));
        Assert.That(report.Text, Does.Contain(cause));
    }

    [Test]
    public async Task Kernels_for_newer_cards_are_the_wrong_host_and_what_the_compiler_says_is_told()
    {
        NativeReport newer = await RunAsync(One("work", ".param .u64 b", "sm_90"));
        Assert.That((newer.Outcome, newer.Fault), Is.EqualTo((TaskOutcome.HostFault, FaultKind.Host)), Said(newer));
        Assert.That(newer.Text, Does.Contain("for sm_90, the card computes sm_86"));
        NativeReport wrong = await RunAsync(One("work", ".param .u64 b") with { Source = Ptx("work", ".param .u64 b", "sm_80") + "nonsense" });
        Assert.That((wrong.Fault, wrong.Text), Is.EqualTo((FaultKind.KernelInvalid,
            "the kernels do not compile (CUDA error 218):\nptxas line 7: nonsense is no instruction")), Said(wrong));
        Balanced("cuModuleLoadDataEx");
    }

    /// <summary>Everything that was made was given back, but for what the failing call would have made.</summary>
    private void Balanced(string failing)
    {
        string[] calls = Calls();
        foreach (string[] pair in Paired.Select(static pair => pair.Split(' ')))
        {
            int made = calls.Count(call => call.Split(' ')[0] == pair[0]), given = calls.Count(call => call.Split(' ')[0] == pair[1]);
            Assert.That(made - given, Is.EqualTo(pair[0] == failing ? 1 : 0), pair[0]);
        }
    }

    internal static string Ptx(string kernel, string parameters, string target)
        => $".version 7.0\n.target {target}\n.address_size 64\n.visible .entry {kernel}({parameters})\n{{\n ret;\n}}\n";

    internal static GpuProgram One(string kernel, string parameters, string target = "sm_80") => new()
    {
        Language = GpuLanguage.Ptx,
        Source = Ptx(kernel, parameters, target),
        Buffers = [new GpuBuffer("b", 64, "", "b")],
        Launches = [new GpuLaunch(kernel, [1], [1], [GpuArgument.Buffer(0)])],
    };
}
