// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Results;

namespace PeerCompute.Simulator.Tests.Results;

[TestFixture]
internal sealed class RunFolderTest
{
    [Test]
    public void A_run_is_read_back_and_its_copy_of_the_scenario_is_the_same_experiment()
    {
        using var folder = new TestFolder();
        var result = SimulatorRun.Run(Lab.Sample("pair"), 3, folder.Path, null);
        var run = RunFolder.Read(folder.Path);
        Assert.That((run.Scenario, run.Seed, run.TraceHash, run.Violations), Is.EqualTo(("pair", 3UL, result.TraceHash, 0)));
        Assert.That((run.Scalars["accepted"], run.Scalars["violations"]), Is.EqualTo((1.0, 0.0)));
        Assert.That(run.Responses(), Is.EqualTo((double[])[(result.Jobs[0].EndedMs - result.Jobs[0].SubmittedMs) / 1000.0]));
        Assert.That(run.Scalars["responseSeconds.p50"], Is.EqualTo(run.Responses()[0]));
        var again = SimulatorRun.Run(folder.At(run.ScenarioFile), 3, null, null);
        Assert.That((again.ScenarioHash, again.TraceHash), Is.EqualTo((run.ScenarioHash, run.TraceHash)));
    }

    [Test]
    public void A_scenario_with_files_outside_its_folder_is_named_not_copied()
    {
        using var folder = new TestFolder();
        folder.File("base.yaml", File.ReadAllText(Lab.Sample("pair")));
        var own = folder.File("study/own.yaml", "include: ../base.yaml\nname: own\n");
        SimulatorRun.Run(own, 1, folder.At("out"), null);
        Assert.That(Directory.Exists(folder.At("out", "scenario")), Is.False);
        Assert.That(Path.GetFullPath(folder.At("out", RunFolder.Read(folder.At("out")).ScenarioFile)), Is.EqualTo(own));
    }

    [TestCase("[]", "no object")]
    [TestCase("{", "cannot be read")]
    [TestCase("{\"scenario\": 5}", "'scenario'")]
    [TestCase("{\"scenario\":\"a\",\"scenarioHash\":\"b\",\"traceHash\":\"c\",\"coreMvid\":\"d\",\"seed\":-1}", "'seed'")]
    public void A_manifest_that_is_none_is_refused(string manifest, string complaint)
    {
        using var folder = new TestFolder();
        folder.File("manifest.json", manifest);
        var refused = Assert.Throws<PeerComputeException>(() => RunFolder.Read(folder.Path))!;
        Assert.That(refused.Code, Is.EqualTo(ErrorCode.BadInput));
        Assert.That(refused.Message, Does.Contain(complaint).And.Contain("manifest.json"));
    }

    [Test]
    public void Only_numbers_that_are_ones_and_have_a_name_are_taken()
    {
        using var folder = new TestFolder();
        folder.File("manifest.json", $$"""
            {"scenario": "s", "scenarioHash": "h", "traceHash": "t", "coreMvid": "c", "seed": 1, "violations": ["x", 5, null, {"rule": "r"}],
             "": 1, "in": {"": 2, "good": 3}, "huge": 1e200, "more": 1e999, "{{new string('n', 5000)}}": 4}
            """);
        var run = RunFolder.Read(folder.Path);
        Assert.That(run.Scalars, Is.EqualTo(new Dictionary<string, double> { ["in.good"] = 3, ["violations"] = 4 }));
        Assert.That(run.ViolationTexts, Is.EqualTo((string[])["x", "5", "", " µs, r: "]));
    }

    [Test]
    public void A_folder_without_a_manifest_is_not_found()
        => Assert.That(() => RunFolder.Read(Path.GetTempPath()), Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.NotFound));
}
