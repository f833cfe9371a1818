// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Native;

namespace PeerCompute.Execution.Tests.Gpu;

/// <summary>Tests that run GPU programs, each in a folder of its own.</summary>
internal abstract class ProgramFixture
{
    protected string Folder { get; private set; } = "";

    [SetUp]
    public void MakeFolder() => Folder = Directory.CreateTempSubdirectory("gpu").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(Folder, recursive: true);

    protected KeyValuePair<string, string> Input(string name, ReadOnlySpan<byte> bytes)
    {
        string file = Path.Combine(Folder, "input");
        File.WriteAllBytes(file, bytes);
        return KeyValuePair.Create(name, file);
    }

    protected async Task<NativeReport> RunAsync(
        GpuExecutor executor, Device device, GpuProgram program, Func<GpuRunSpec, GpuRunSpec>? with, CancellationToken cancellation)
    {
        string file = Path.Combine(Folder, "program");
        await File.WriteAllBytesAsync(file, GpuProgramCodec.Encode(program), cancellation);
        string outputs = Directory.CreateDirectory(Path.Combine(Folder, Path.GetRandomFileName())).FullName;
        var spec = new GpuRunSpec { ProgramPath = file, Device = device, OutputFolder = outputs };
        return await executor.RunAsync(with is null ? spec : with(spec), cancellation);
    }

    protected static string Said(NativeReport report)
        => $"{report.Outcome} {report.Fault} {report.ExitCode}: {report.Text} ({report.Hint}) {report.ErrorTail}";
}
