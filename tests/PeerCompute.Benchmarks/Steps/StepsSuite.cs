// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.States;
using PeerCompute.Wasm;
using PeerCompute.Wasm.Steps;

namespace PeerCompute.Benchmarks.Steps;

/// <summary>
/// What the state root and the snapshot of a step program cost: memory of two sizes with more or less of it changed, and the sieve of docs/samples.
/// Each figure is processor time, the collector's included, and the best of several rounds, so that a busy machine disturbs little.
/// </summary>
internal static class StepsSuite
{
    private const int Rounds = 7;
    private const int Mebibyte = 1 << 20;

    public static IEnumerable<Figure> Run()
    {
        var page = new byte[PageTree.PageBytes];
        new Random(1).NextBytes(page);
        var hash = Best(() => Repeat(256, () => MerkleTree.Leaf(page)));
        yield return new Figure("SHA-256 of the pages of 1 MiB", hash * 1e3, "ms", null, "lower");
        foreach (var size in new[] { 64, 512 })
        {
            foreach (var figure in Memory(size, hash)) yield return figure;
        }

        foreach (var figure in Sieve()) yield return figure;
    }

    private static IEnumerable<Figure> Memory(int mebibytes, double hash)
    {
        var bytes = new byte[mebibytes * Mebibyte];
        var random = new Random(2);
        random.NextBytes(bytes);
        var source = new BytePages(bytes);
        PageTree tree = PageTree.Empty;
        var full = Best(3, () => tree = PageTree.Empty.Capture(source, bytes.Length));
        yield return new Figure($"{mebibytes} MiB, all new: checkpoint per dirty MiB", full / mebibytes * 1e3, "ms", hash * 1e3, "lower");

        var clean = Best(() => tree = tree.Capture(source, bytes.Length));
        var copy = new byte[bytes.Length];
        bytes.CopyTo(copy, 0);
        var compare = Best(() => copy.AsSpan().SequenceEqual(bytes));
        yield return new Figure(
            $"{mebibytes} MiB, nothing changed: checkpoint per MiB of memory", clean / mebibytes * 1e3, "ms", compare / mebibytes * 1e3, "lower");

        foreach (var dirty in new[] { 1, 16 })
        {
            var best = double.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                var at = random.Next((mebibytes - dirty) * Mebibyte);
                random.NextBytes(bytes.AsSpan(at, dirty * Mebibyte));
                best = Math.Min(best, Once(() => tree = tree.Capture(source, bytes.Length)));
            }

            var expected = (clean + (dirty * hash)) * 1e3;
            yield return new Figure($"{mebibytes} MiB, {dirty} MiB changed in one piece: checkpoint", best * 1e3, "ms", expected, "lower");
        }

        var scattered = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < 256; i++) bytes[random.Next(bytes.Length)]++;
            scattered = Math.Min(scattered, Once(() => tree = tree.Capture(source, bytes.Length)));
        }

        yield return new Figure($"{mebibytes} MiB, 256 bytes changed anywhere: checkpoint", scattered * 1e3, "ms", (clean + hash) * 1e3, "lower");
    }

    private static IEnumerable<Figure> Sieve()
    {
        var module = WasmModule.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Steps", "sieve.wasm")), WasmLimits.Default);
        var terms = new StepTerms { Env = ["LIMIT=20000000", "SEGMENT=1000000"] };
        var states = new List<StepState>();
        var run = Best(3, () =>
        {
            states.Clear();
            StepProgram.Run(module, terms, terms.NewFolder(), taken: states.Add);
        });
        var deltas = new List<byte[]>();
        var encode = Best(() =>
        {
            deltas.Clear();
            for (var i = 1; i < states.Count; i++) deltas.Add(states[i].Encode(states[i - 1]));
        });
        var dirty = deltas.Sum(delta => (double)delta.Length) / Mebibyte;
        yield return new Figure("sieve to 20 million in 20 steps: run with a root for each step", run, "s", Steps(module, terms), "lower");
        yield return new Figure("sieve: bytes of a delta", dirty / deltas.Count * Mebibyte, "bytes", states[^1].Encode().Length, "lower");
        yield return new Figure("sieve: writing deltas, per MiB", encode / dirty * 1e3, "ms", null, "lower");
        var read = Best(() =>
        {
            var state = states[0];
            foreach (var delta in deltas) state = StepState.Decode(delta, terms, state);
        });
        yield return new Figure("sieve: reading and checking deltas, per MiB", read / dirty * 1e3, "ms", null, "lower");
        var restore = Best(() => StepMachine.Restore(module, terms, states[^2]).Dispose());
        var size = (double)states[^2].MemoryBytes / Mebibyte;
        yield return new Figure("sieve: restore of a state that was read, per MiB of memory", restore / size * 1e3, "ms", null, "lower");
    }

    /// <summary>Seconds of the same work in one step: what the roots between the steps cost is the difference.</summary>
    private static double Steps(WasmModule module, StepTerms terms)
    {
        var one = terms with { Env = [terms.Env[0], "SEGMENT=20000000"] };
        return Best(3, () => StepProgram.Run(module, one, one.NewFolder()));
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++) action();
    }

    private static double Best(Action action) => Best(Rounds, action);

    private static double Best(int rounds, Action action)
    {
        var best = double.MaxValue;
        for (var round = 0; round < rounds; round++) best = Math.Min(best, Once(action));
        return best;
    }

    private static double Once(Action action)
    {
        var start = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }
}
