// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.Versioning;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Tests.Sandbox;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Tests.Gpu;

/// <summary>
/// Tests with two cards of NVIDIA that are none: files in the place of their nodes are their memory, and a library in the place of the driver
/// (<c>Standins/libcuda.c</c>) computes there. What they prove of our side they prove with real children behind real walls; of the driver they prove nothing.
/// </summary>
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal abstract class CardFixture : ProgramFixture
{
    protected const int CardBytes = 4 << 20;
    private static readonly Lazy<string?> Library = new(Build);

    /// <summary>A file system with the nodes of two cards.</summary>
    protected string Root { get; private set; } = "";

    protected GpuExecutor Executor { get; private set; } = null!;

    protected DeviceGrants Grants { get; private set; } = null!;

    [SetUp]
    public void MakeCards()
    {
        Needed.If(Library.Value is not null && SandboxProbe.FindBubblewrap(null) is not null, "clang or bubblewrap is not installed: no cards here");
        Root = Path.Combine(Folder, "root");
        for (int i = 0; i < 2; i++)
        {
            string told = Directory.CreateDirectory(Path.Combine(Root, $"proc/driver/nvidia/gpus/0000:0{i + 1}:00.0")).FullName;
            File.WriteAllText(Path.Combine(told, "information"), $"Model: \t\t Test Card\nGPU UUID: \t GPU-{i}\nDevice Minor: \t {i}\n");
            Directory.CreateDirectory(Path.Combine(Root, "dev"));
            File.WriteAllBytes(Node($"nvidia{i}"), [.. Enumerable.Repeat((byte)0xAA, CardBytes)]); // what somebody left before us
        }

        foreach (string shared in new[] { "nvidiactl", "nvidia-uvm" }) File.WriteAllText(Node(shared), "");
        Grants = new DeviceGrants(Root) { Libraries = new DriverLibraries(static () => $"\tlibcuda.so.1 (libc6,x86-64) => {Library.Value}\n") };
        Executor = MakeExecutor(TimeSpan.FromMinutes(2));
    }

    protected static Device Card(int number) => new(DeviceKind.Gpu, "Test Card")
    {
        Vendor = "NVIDIA Corporation", MemoryBytes = CardBytes, Card = new CardAddress("nvidia") { Pci = $"0000:0{number + 1}:00.0" },
    };

    protected GpuExecutor MakeExecutor(TimeSpan patience)
        => new(new NativeExecutor(Children.Walled), Children.Walled.Command!) { Grants = Grants, Patience = patience };

    protected string Node(string name) => Path.Combine(Root, "dev", name);

    /// <summary>What goes wrong in the driver from now on.</summary>
    protected void Wrong(string control) => File.WriteAllText(Node("nvidia-uvm"), control);

    /// <summary>The calls of the driver since the last time, in order.</summary>
    protected string[] Calls()
    {
        string[] calls = File.ReadAllLines(Node("nvidiactl"));
        File.WriteAllText(Node("nvidiactl"), "");
        return calls;
    }

    /// <summary>How many words of a card's memory are a number.</summary>
    protected int Words(int card, uint number)
    {
        byte[] memory = File.ReadAllBytes(Node($"nvidia{card}"));
        return Enumerable.Range(0, memory.Length / 4).Count(i => BitConverter.ToUInt32(memory, 4 * i) == number);
    }

    protected Task<NativeReport> RunAsync(GpuProgram program, Func<GpuRunSpec, GpuRunSpec>? with = null, GpuExecutor? executor = null,
        CancellationToken cancellation = default) => RunAsync(executor ?? Executor, Card(1), program, with, cancellation);

    private static string? Build()
    {
        string folder = Directory.CreateTempSubdirectory("standin").FullName, library = Path.Combine(folder, "libcuda.so.1");
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string source = Path.Combine(AppContext.BaseDirectory, "Gpu/Standins/libcuda.c");
        try
        {
            using Process clang = Process.Start("clang", ["-shared", "-fPIC", "-O1", "-o", library, source]);
            clang.WaitForExit();
            return clang.ExitCode == 0 ? library : throw new InvalidOperationException("the stand-in for the driver does not compile");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
