// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Gpu;

namespace PeerCompute.Execution.Tests.Gpu;

/// <summary>The bytes of GPU programs: what is written is read again, and nothing that strangers write gets past the bounds.</summary>
[TestFixture]
internal sealed class GpuProgramCodecTest
{
    private static readonly GpuProgram Good = new()
    {
        Source = "__kernel void k(__global int *b, float f, __local int *l, uint t, uint r) { }",
        Options = "-cl-std=CL1.2 -DN=4 -DNAME",
        Buffers = [new GpuBuffer("b", 64, "in/b", ""), new GpuBuffer("c", 8, "", "out/c.bin")],
        Launches =
        [
            new GpuLaunch("k", [64, 2], [8, 1], [GpuArgument.Buffer(1), GpuArgument.Scalar(2.5f), GpuArgument.Local(64), GpuArgument.Task, GpuArgument.Round]),
        ],
        Rounds = 9,
    };

    [Test]
    public void What_is_written_is_read_again()
    {
        GpuProgram read = GpuProgramCodec.Decode(GpuProgramCodec.Encode(Good));
        Assert.That(GpuProgramCodec.Encode(read), Is.EqualTo(GpuProgramCodec.Encode(Good)));
        Assert.That((read.Source, read.Options, read.Rounds, read.Buffers[1]), Is.EqualTo((Good.Source, Good.Options, Good.Rounds, Good.Buffers[1])));
        Assert.That(read.Launches[0].Arguments.Select(static a => a.Kind), Is.EqualTo(Good.Launches[0].Arguments.Select(static a => a.Kind)));
        Assert.That(read.Launches[0].Local, Is.EqualTo(Good.Launches[0].Local));
    }

    private static IEnumerable<TestCaseData> Bad()
    {
        yield return Case("source", Good with { Source = "" });
        yield return Case("source", Good with { Source = "a\0b" });
        foreach (string option in new[] { "-I/etc", "-D", "-cl-x;y", "-include /etc/passwd", "-DX=\"a\"", "@file" })
            yield return Case("options", Good with { Options = option });
        yield return Case("0 buffers", Good with { Buffers = [] });
        yield return Case("two buffers", Good with { Buffers = [Good.Buffers[1], Good.Buffers[1]] });
        GpuBuffer other = Good.Buffers[1] with { Name = "d" };
        yield return Case("one output", Good with { Buffers = [Good.Buffers[1], other] });
        yield return Case("an input has this name", Good with { Buffers = [Good.Buffers[0], Good.Buffers[1], other with { Output = "in/b" }] });
        yield return Case("an input has this name", Good with { Buffers = [Good.Buffers[0], Good.Buffers[1] with { Output = GpuProgram.FileName }] });
        yield return Case("no buffer has an output", Good with { Buffers = [Good.Buffers[0], Good.Buffers[0] with { Name = "d" }] });
        foreach (string file in new[] { "/etc/passwd", "../x", "a//b", "a/./b", "a b", "\n" })
        {
            yield return Case("relative path", Good with { Buffers = [Good.Buffers[0], Good.Buffers[1] with { Output = file }] });
            yield return Case("relative path", Good with { Buffers = [Good.Buffers[0] with { Input = file }, Good.Buffers[1]] });
        }

        yield return Case("bytes", Good with { Buffers = [Good.Buffers[0], Good.Buffers[1] with { Bytes = GpuProgram.MostBytes + 1 }] });
        yield return Case("give its bytes or an input", Good with { Buffers = [Good.Buffers[0], Good.Buffers[1] with { Bytes = 0 }] });
        yield return Case("rounds", Good with { Rounds = 0 });
        yield return Case("rounds", Good with { Rounds = GpuProgram.MostRounds + 1 });
        yield return Case("launches", Good with { Launches = [] });
        foreach (var launch in BadLaunches()) yield return Case("kernel", Good with { Launches = [launch] });
    }

    private static IEnumerable<GpuLaunch> BadLaunches()
    {
        GpuLaunch good = Good.Launches[0];
        yield return good with { Kernel = "a b" };
        yield return good with { Global = [] };
        yield return good with { Global = [1, 1, 1, 1] };
        yield return good with { Global = [0, 2] };
        yield return good with { Global = [GpuProgram.MostItems + 1, 2] };
        yield return good with { Local = [8] };
        yield return good with { Local = [7, 1] };
        yield return good with { Arguments = [GpuArgument.Buffer(2)] };
        yield return good with { Arguments = [GpuArgument.Local(0)] };
        yield return good with { Arguments = [new GpuArgument(GpuArgumentKind.Scalar, 0, [])] };
        yield return good with { Arguments = [new GpuArgument((GpuArgumentKind)9, 0, [])] };
        yield return good with { Arguments = [.. Enumerable.Repeat(GpuArgument.Task, GpuProgram.MostArguments + 1)] };
    }

    private static TestCaseData Case(string says, GpuProgram program) => new TestCaseData(program, says).SetArgDisplayNames(says);

    [TestCaseSource(nameof(Bad))]
    public void What_breaks_a_bound_is_refused_by_name(GpuProgram program, string says)
    {
        var fault = Assert.Throws<PeerComputeException>(() => GpuProgramCodec.Encode(program));
        Assert.That(fault!.Message, Does.Contain(says));
    }

    [Test]
    public void Random_damage_is_refused_or_stays_within_the_bounds()
    {
        byte[] good = GpuProgramCodec.Encode(Good);
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = good[..random.Next(1, good.Length + 1)];
            for (int n = random.Next(1, 4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                GpuProgramCodec.Decode(bytes).Check();
            }
            catch (Exception fault) when (fault is WireException or PeerComputeException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(1000));
    }
}
