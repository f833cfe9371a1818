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
internal abstract class GpuFixture
{
    private const string Missing = "PoCL (pocl-opencl-icd, clinfo) or bubblewrap is not installed: GPU tasks are not proven here";

    private static readonly GpuExecutor Executor = new(new NativeExecutor(Children.Walled), Children.Walled.Command!);
    private static Device? s_device;
    private string _folder = "";

    protected static Device Device => s_device!;

    protected static GpuScore Score { get; } = new(Executor);

    [OneTimeSetUp]
    public async Task FindDevice()
    {
        DeviceInventory inventory = await DeviceInventory.ReadAsync(new ThisHost(), CancellationToken.None);
        s_device = inventory.Devices.FirstOrDefault(static d => d is { Kind: DeviceKind.Cpu, OpenClPlace: not null });
    }

    [SetUp]
    public void MakeFolder()
    {
        Needed.If(s_device is not null && SandboxProbe.FindBubblewrap(null) is not null, Missing);
        _folder = Directory.CreateTempSubdirectory("gpu").FullName;
    }

    [TearDown]
    public void RemoveFolder()
    {
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
        _folder = "";
    }

    protected KeyValuePair<string, string> Input(string name, ReadOnlySpan<byte> bytes)
    {
        string file = Path.Combine(_folder, "input");
        File.WriteAllBytes(file, bytes);
        return KeyValuePair.Create(name, file);
    }

    protected async Task<NativeReport> RunAsync(GpuProgram program, Func<GpuRunSpec, GpuRunSpec>? with = null)
    {
        NativeReport report = await FailAsync(program, with);
        Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), Words(report));
        return report;
    }

    protected async Task<NativeReport> FailAsync(GpuProgram program, Func<GpuRunSpec, GpuRunSpec>? with = null)
    {
        string file = Path.Combine(_folder, "program");
        await File.WriteAllBytesAsync(file, GpuProgramCodec.Encode(program));
        string outputs = Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName;
        var spec = new GpuRunSpec { ProgramPath = file, Device = s_device!, OutputFolder = outputs };
        return await Executor.RunAsync(with is null ? spec : with(spec), CancellationToken.None);
    }

    protected static string Words(NativeReport report)
        => $"{report.Outcome} {report.Fault} {report.ExitCode}: {report.Text} ({report.Hint}) {report.ErrorTail}";
}
