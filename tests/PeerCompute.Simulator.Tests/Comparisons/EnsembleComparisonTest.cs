// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Comparisons;

namespace PeerCompute.Simulator.Tests.Comparisons;

/// <summary>Comparisons of folders that are written here, so that what comes out is known.</summary>
[TestFixture]
internal sealed class EnsembleComparisonTest
{
    private static readonly double[] Noise = [0, 9, -7, 5, -3];

    [Test]
    public void Runs_of_the_same_seeds_are_compared_in_pairs()
    {
        using var folder = new TestFolder();
        for (var seed = 0; seed < 5; seed++)
        {
            Run(folder, "a/runs/x/seed-" + seed, seed, "", 100 + Noise[seed], [1]);
            Run(folder, "b/runs/x/seed-" + seed, seed, "", 100 + Noise[seed] + 0.5 + (seed / 10.0), [1]);
            Run(folder, "c/runs/x/seed-" + seed, seed + 3, "", 100 + Noise[seed] + 0.5 + (seed / 10.0), [1]);
        }

        foreach (var name in new[] { "a", "b", "c" }) Sweep(folder, name, "");
        var paired = Compare(folder, "a", "b").Points[0].Metrics.Single(static m => m.Name == "figure");
        Assert.That((paired.Paired, paired.CountA, paired.CountB), Is.EqualTo((5, 5, 5)));
        Assert.That((paired.MeanA, paired.MeanB, paired.Difference.Value), Is.EqualTo((100.8, 101.5, 0.7)).Within(1e-9));
        Assert.That((paired.Difference.Low, paired.Difference.High), Is.EqualTo((0.58, 0.82)).Within(0.03));
        Assert.That(paired.Difference.ExcludesZero, Is.True);
        var independent = Compare(folder, "a", "c").Points[0].Metrics.Single(static m => m.Name == "figure");
        Assert.That((independent.Paired, independent.Difference.ExcludesZero), Is.EqualTo((0, false)), "noise of the seeds hides it");
        var names = Compare(folder, "a", "b").Points[0].Metrics.Select(static m => m.Name);
        Assert.That(names, Has.No.Member("wallSeconds").And.No.Member("peakBytes").And.No.Member("seed"));
    }

    [Test]
    public void Points_are_matched_by_their_parameters_and_the_others_are_named()
    {
        using var folder = new TestFolder();
        foreach (var (sweep, values) in new[] { ("a", new[] { 1, 2 }), ("b", [2, 10]) })
        {
            foreach (var value in values) Run(folder, $"{sweep}/runs/k={value}/seed-1", 1, $"\"k\": \"{value}\"", value, [value]);
            Sweep(folder, sweep, "\"k\"");
        }

        var found = Compare(folder, "a", "b");
        Assert.That(found.Points.Select(static p => p.Label), Is.EqualTo((string[])["k=2"]));
        Assert.That((found.OnlyA.Single(), found.OnlyB.Single()), Is.EqualTo(("k=1", "k=10")));
        var one = EnsembleComparison.Of(Ensemble.Read(folder.At("a", "runs", "k=1")), Ensemble.Read(folder.At("b", "runs", "k=10"))).Points.Single();
        Assert.That(one.Metrics.Single(static m => m.Name == "figure").Difference.Value, Is.EqualTo(9), "points of sweeps can be named");
        Assert.That(Ensemble.Read(folder.At("b")).Points.Select(static p => p.Point.Label), Is.EqualTo((string[])["k=2", "k=10"]), "numbers by their size");
    }

    [Test]
    public void Two_runs_have_differences_without_intervals_and_a_distance_of_their_jobs()
    {
        using var folder = new TestFolder();
        Run(folder, "a", 1, "", 5, [1, 2, 3]);
        Run(folder, "b", 1, "", 8, [4, 5, 6]);
        var point = Compare(folder, "a", "b").Points.Single();
        var figure = point.Metrics.Single(static m => m.Name == "figure");
        Assert.That((figure.Difference.Value, double.IsNaN(figure.Difference.Low)), Is.EqualTo((3.0, true)));
        var jobs = point.Distributions.Single();
        Assert.That((jobs.CountA, jobs.CountB, jobs.Test.Distance), Is.EqualTo((3, 3, 1.0)));
        Assert.That(jobs.Test.PValue, Is.EqualTo(0.1).Within(1e-9));
    }

    [Test]
    public void Differences_that_cancel_out_are_not_the_same()
    {
        using var folder = new TestFolder();
        foreach (var (seed, d) in new[] { (1, 2.0), (2, -2.0) })
        {
            Run(folder, "a/seed-" + seed, seed, "", 5, [1]);
            Run(folder, "b/seed-" + seed, seed, "", 5 + d, [1]);
            Run(folder, "c/seed-" + seed, seed + 5, "", 5, [1]);
        }

        bool Same(string b) => Compare(folder, "a", b).Points[0].Metrics.Single(static m => m.Name == "figure").Same;
        Assert.That((Same("a"), Same("b"), Same("c")), Is.EqualTo((true, false, true)));
    }

    [Test]
    public void A_folder_of_runs_that_are_not_of_one_point_is_refused()
    {
        using var folder = new TestFolder();
        Run(folder, "twice/x", 1, "", 5, [1]);
        Run(folder, "twice/y", 1, "", 5, [1]);
        Run(folder, "mixed/x", 1, "", 5, [1]);
        Run(folder, "mixed/y", 2, "", 5, [1]);
        var manifest = folder.At("mixed", "y", "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"h\"", "\"other\"", StringComparison.Ordinal));
        Assert.That(() => Ensemble.Read(folder.At("twice")), Throws.TypeOf<PeerComputeException>().With.Message.Contains("one seed twice"));
        Assert.That(() => Ensemble.Read(folder.At("mixed")), Throws.TypeOf<PeerComputeException>().With.Message.Contains("different scenarios"));
    }

    [Test]
    public void Neither_a_run_nor_a_sweep_is_not_found()
    {
        using var folder = new TestFolder();
        Assert.That(() => Ensemble.Read(folder.Path), Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.NotFound));
        Sweep(folder, "empty", "");
        Assert.That(() => Ensemble.Read(folder.At("empty")), Throws.TypeOf<PeerComputeException>().With.Message.Contains("no complete run"));
    }

    private static EnsembleComparison Compare(TestFolder folder, string a, string b)
        => EnsembleComparison.Of(Ensemble.Read(folder.At(a)), Ensemble.Read(folder.At(b)));

    private static void Run(TestFolder folder, string path, int seed, string parameters, double figure, double[] responses)
    {
        folder.File(path + "/manifest.json", string.Create(CultureInfo.InvariantCulture, $$"""
            {"scenario": "s", "scenarioHash": "h", "traceHash": "t", "coreMvid": "c", "seed": {{seed}}, "parameters": { {{parameters}} }, "violations": [],
             "figure": {{figure}}, "wallSeconds": 1, "peakBytes": 2}
            """));
        var jobs = responses.Select(static s => string.Create(CultureInfo.InvariantCulture, $"j,0,Accepted,1000,{1000 + (s * 1000)}\n"));
        folder.File(path + "/jobs.csv", "job,client,state,submitted_ms,ended_ms\nz,0,Expired,0,-1\n" + string.Concat(jobs));
    }

    private static void Sweep(TestFolder folder, string path, string varied) => folder.File(path + "/sweep.json", $$"""
        {"scenario": "s", "filesHash": "h", "coreMvid": "c", "scenarioFile": "s.yaml", "runs": 1, "varied": [{{varied}}]}
        """);
}
