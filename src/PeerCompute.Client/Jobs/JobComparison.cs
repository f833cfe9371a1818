// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Client.Jobs;

/// <summary>How a job compares its outputs: the keys <c>canonical</c> and <c>compare</c> of its file, without a look at the files that it names.</summary>
/// <param name="Forms">Canonical forms by output.</param>
/// <param name="Comparators">Comparators; an output without one is compared byte for byte.</param>
public sealed record JobComparison(IReadOnlyList<(string Output, string Form)> Forms, IReadOnlyList<Comparator> Comparators)
{
    private const string Any = "output";

    /// <summary>Reads them of a job file.</summary>
    /// <param name="path">The job file.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.NotFound"/>: no such file. <see cref="ErrorCode.BadInput"/>: everything that is
    /// wrong.</exception>
    public static JobComparison Read(string path)
    {
        var errors = new JobFileErrors(Path.GetFileName(path));
        var of = new JobComparison([], []);
        if (YamlText.Load(JobFile.TextOf(path), errors) is { } top)
        {
            var map = new YamlMap(top, "", errors, top.Start);
            List<string> outputs = [.. map.Texts("outputs", WireLimits.SpecItems)];
            of = new JobComparison(new ProgramReader(map).Canonical(outputs), new ComparatorReader(map, isNative: true).Read(outputs));
        }

        return errors.IsEmpty ? of : throw errors.ToException();
    }

    /// <summary>One way to compare, as a job file writes it behind an output: <c>lines</c>, <c>{psnr: 45}</c>.</summary>
    /// <param name="way">The text.</param>
    /// <returns>The comparator, of no output's name; null for bytes.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: it is none.</exception>
    public static Comparator? Way(string way)
    {
        var errors = new JobFileErrors("--by");
        Comparator? comparator = null;
        if (YamlText.Load($"compare: {{{Any}: {way}}}", errors) is { } top)
            comparator = new ComparatorReader(new YamlMap(top, "", errors, top.Start), isNative: true).Read([Any]).FirstOrDefault();
        return errors.IsEmpty ? comparator : throw errors.ToException();
    }
}
