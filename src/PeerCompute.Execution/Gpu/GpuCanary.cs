// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Gpu;

/// <summary>A program that is known to be good: it adds numbers. Where it fails the device does.</summary>
internal static class GpuCanary
{
    private const string OpenClC = "__kernel void canary(__global int *sums, uint task) { uint i = get_global_id(0); sums[i] = 3 * i + task; }";

    /// <summary>The same for cards of 2014 and newer (sm_50), which all drivers of today run.</summary>
    private const string Ptx = """
        .version 6.0
        .target sm_50
        .address_size 64
        .visible .entry canary(.param .u64 sums, .param .u32 task)
        {
            .reg .b32 %r<7>;
            .reg .b64 %d<5>;
            ld.param.u64 %d1, [sums];
            ld.param.u32 %r1, [task];
            cvta.to.global.u64 %d2, %d1;
            mov.u32 %r2, %ctaid.x;
            mov.u32 %r3, %ntid.x;
            mov.u32 %r4, %tid.x;
            mad.lo.s32 %r5, %r2, %r3, %r4;
            mad.lo.s32 %r6, %r5, 3, %r1;
            mul.wide.u32 %d3, %r5, 4;
            add.s64 %d4, %d2, %d3;
            st.global.u32 [%d4], %r6;
            ret;
        }

        """;

    /// <summary>The program: output <c>sums</c> has 3 i + task at each place i, 32 bits.</summary>
    /// <param name="language">What it is written in.</param>
    /// <param name="items">Sums.</param>
    /// <param name="group">Work items of a group.</param>
    public static GpuProgram Program(GpuLanguage language, int items, int group) => new()
    {
        Language = language,
        Source = language == GpuLanguage.Ptx ? Ptx : OpenClC,
        Buffers = [new GpuBuffer("sums", 4UL * (ulong)items, "", "sums")],
        Launches = [new GpuLaunch("canary", [(ulong)items], [(ulong)group], [GpuArgument.Buffer(0), GpuArgument.Task])],
    };
}
