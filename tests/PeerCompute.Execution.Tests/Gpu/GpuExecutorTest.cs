// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Tests.Gpu;

/// <summary>GPU tasks on the first OpenCL device that is a processor: the same path as on a card, but for the device's nodes.</summary>
[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal sealed class GpuExecutorTest : GpuFixture
{
    private const string Saxpy = """
        __kernel void saxpy(__global const float *x, __global float *y, float a, uint task)
        {
            size_t i = get_global_id(0);
            y[i] += a * x[i] + task;
        }
        """;

    [Test]
    public async Task Kernels_compute_what_the_same_program_computes_here()
    {
        float[] x = [.. Enumerable.Range(0, 1000).Select(static i => i / 8f)];
        NativeReport report = await RunAsync(
            new GpuProgram
            {
                Source = Saxpy,
                Buffers = [new GpuBuffer("x", 0, "in/x", ""), new GpuBuffer("y", 4000, "", "out/y")],
                Launches = [new GpuLaunch("saxpy", [1000], [], [GpuArgument.Buffer(0), GpuArgument.Buffer(1), GpuArgument.Scalar(2f), GpuArgument.Task])],
                Rounds = 3,
            },
            spec => spec with { Task = 5, Inputs = [Input("in/x", MemoryMarshal.AsBytes<float>(x))] });
        float[] y = MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(report.Outputs.Single().Path)).ToArray();
        Assert.That(y, Is.EqualTo(x.Select(static v => 3 * ((2 * v) + 5))));
    }

    [Test]
    public async Task Launches_follow_each_other_and_know_their_round()
    {
        const string Source = """
            __kernel void add(__global uint *sum, uint round, __local uint *shared) { if (get_local_id(0) == 0) *shared = round + 1;
                barrier(CLK_LOCAL_MEM_FENCE); if (get_global_id(0) == 0) *sum += *shared; }
            __kernel void twice(__global uint *sum) { *sum *= 2; }
            """;
        NativeReport report = await RunAsync(new GpuProgram
        {
            Source = Source,
            Buffers = [new GpuBuffer("sum", 4, "", "sum")],
            Launches =
            [
                new GpuLaunch("add", [4], [4], [GpuArgument.Buffer(0), GpuArgument.Round, GpuArgument.Local(4)]),
                new GpuLaunch("twice", [1], [], [GpuArgument.Buffer(0)]),
            ],
            Rounds = 4,
        });
        uint expected = Enumerable.Range(1, 4).Aggregate(0u, static (sum, round) => (sum + (uint)round) * 2);
        Assert.That(BitConverter.ToUInt32(await File.ReadAllBytesAsync(report.Outputs.Single().Path)), Is.EqualTo(expected));
    }

    [Test]
    public async Task Memory_of_a_task_before_is_not_found_by_the_next()
    {
        const string Source = """
            __kernel void fill(__global uint *b) { b[get_global_id(0)] = 0xC0FFEE42; }
            __kernel void look(__global const uint *b, __global uint *found) { if (b[get_global_id(0)] != 0) atomic_inc(found); }
            """;
        const ulong Items = 4 << 20;
        var pattern = new GpuBuffer("pattern", 4 * Items, "", "");
        await RunAsync(new GpuProgram
        {
            Source = Source,
            Buffers = [pattern, new GpuBuffer("end", 4, "", "end")],
            Launches = [new GpuLaunch("fill", [Items], [], [GpuArgument.Buffer(0)])],
        });
        NativeReport report = await RunAsync(new GpuProgram
        {
            Source = Source,
            Buffers = [pattern, new GpuBuffer("found", 4, "", "found")],
            Launches = [new GpuLaunch("look", [Items], [], [GpuArgument.Buffer(0), GpuArgument.Buffer(1)])],
        });
        Assert.That(await File.ReadAllBytesAsync(report.Outputs.Single().Path), Is.EqualTo(new byte[4]));
    }

    [Test]
    public async Task A_kernel_that_does_not_compile_says_what_the_compiler_says()
    {
        NativeReport report = await FailAsync(One("__kernel void k(__global int *b) { b[0] = nonsense; }"));
        Assert.That((report.Outcome, report.Fault), Is.EqualTo((TaskOutcome.JobFault, FaultKind.KernelInvalid)), Said(report));
        Assert.That(report.Text, Does.Contain("nonsense").And.Contain("do not compile"));
    }

    [Test]
    public async Task A_kernel_that_is_not_there_or_takes_other_arguments_is_named()
    {
        NativeReport absent = await FailAsync(One("__kernel void other(__global int *b) { b[0] = 1; }"));
        Assert.That(absent.Text, Does.Contain("no kernel k"), Said(absent));
        NativeReport more = await FailAsync(One("__kernel void k(__global int *b, int n) { b[0] = n; }"));
        Assert.That(more.Text, Does.Contain("takes 2 arguments and is given 1"), Said(more));
    }

    [Test]
    public async Task A_kernel_that_never_ends_is_ended_and_the_device_is_free()
    {
        const string Endless = "__kernel void k(__global volatile int *b) { while (b[0] == 0) { } }";
        NativeReport report = await FailAsync(One(Endless), static spec => spec with { Wall = TimeSpan.FromSeconds(5) });
        Assert.That((report.Outcome, report.Fault), Is.EqualTo((TaskOutcome.JobFault, FaultKind.WallClock)), Said(report));
        await RunAsync(One("__kernel void k(__global int *b) { b[0] = 1; }"));
    }

    [Test]
    public async Task Buffers_beyond_the_limit_and_beyond_the_device_are_refused()
    {
        GpuProgram large = One("__kernel void k(__global int *b) { b[0] = 1; }") with { Buffers = [new GpuBuffer("b", 1 << 20, "", "b")] };
        NativeReport limited = await FailAsync(large, static spec => spec with { DeviceBytes = 1000 });
        Assert.That(limited.Fault, Is.EqualTo(FaultKind.MemoryLimit), Said(limited));
        Assert.That(limited.Text, Does.EndWith("the buffers take 1048576 bytes of device memory; the job's limit is 1000"));
        GpuProgram huge = large with { Buffers = [new GpuBuffer("b", 1UL << 40, "", "b")] };
        NativeReport none = await FailAsync(huge, static spec => spec with { DeviceBytes = 1L << 41 });
        Assert.That((none.Fault, none.Outcome), Is.EqualTo((FaultKind.MemoryLimit, TaskOutcome.JobFault)), Said(none));
    }

    [Test]
    public async Task A_kernel_that_writes_anywhere_is_the_jobs_fault_and_harms_nothing()
    {
        const string Wild = "__kernel void k(__global int *b) { __global int *p = (__global int *)(ulong)8; p[0] = 1; b[0] = p[1]; }";
        NativeReport report = await FailAsync(One(Wild));
        Assert.That((report.Outcome, report.Fault), Is.EqualTo((TaskOutcome.JobFault, FaultKind.Device)), Said(report));
        await RunAsync(One("__kernel void k(__global int *b) { b[0] = 1; }"));
    }

    [Test]
    public async Task A_device_that_is_not_there_is_the_hosts_fault()
    {
        GpuProgram program = One("__kernel void k(__global int *b) { b[0] = 1; }");
        NativeReport moved = await FailAsync(program, static spec => spec with { Device = spec.Device with { OpenClPlace = new DevicePlace(7, 0) } });
        Assert.That(moved.Outcome, Is.EqualTo(TaskOutcome.HostFault), Said(moved));
        NativeReport renamed = await FailAsync(program, static spec => spec with { Device = spec.Device with { OpenClName = "another card" } });
        Assert.That(renamed.Outcome, Is.EqualTo(TaskOutcome.HostFault), Said(renamed));
        Assert.That(renamed.Text, Does.Contain("another card"));
    }

    private static GpuProgram One(string source) => new()
    {
        Source = source,
        Buffers = [new GpuBuffer("b", 64, "", "b")],
        Launches = [new GpuLaunch("k", [1], [], [GpuArgument.Buffer(0)])],
    };
}
