// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Tests.Sandbox;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Tests.Gpu;

/// <summary>Tests that run GPU programs on the first OpenCL device that is a processor.</summary>
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal abstract class GpuFixture : ProgramFixture
{
    private const string Missing = "PoCL (pocl-opencl-icd, clinfo) or bubblewrap is not installed: GPU tasks are not proven here";

    private static readonly GpuExecutor Executor = new(new NativeExecutor(Children.Walled), Children.Walled.Command!);
    private static Device? s_device;

    protected static Device Device => s_device!;

    protected static GpuScore Score { get; } = new(Executor);

    [OneTimeSetUp]
    public async Task FindDevice()
    {
        DeviceInventory inventory = await DeviceInventory.ReadAsync(new ThisHost(), CancellationToken.None);
        s_device = inventory.Devices.FirstOrDefault(static d => d is { Kind: DeviceKind.Cpu, OpenClPlace: not null });
    }

    [SetUp]
    public void NeedDevice() => Needed.If(s_device is not null && SandboxProbe.FindBubblewrap(null) is not null, Missing);

    protected async Task<NativeReport> RunAsync(GpuProgram program, Func<GpuRunSpec, GpuRunSpec>? with = null)
    {
        NativeReport report = await FailAsync(program, with);
        Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), Said(report));
        return report;
    }

    protected Task<NativeReport> FailAsync(GpuProgram program, Func<GpuRunSpec, GpuRunSpec>? with = null)
        => RunAsync(Executor, Device, program, with, CancellationToken.None);
}
