// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Sweeps;

namespace PeerCompute.Simulator.Tests.Sweeps;

[TestFixture]
internal sealed class SweepPlanTest
{
    [Test]
    public void Settings_make_a_grid_and_seeds_are_taken_once()
    {
        var plan = SweepPlan.Parse("3,1..2,2", ["workers=1,2", "loss=0%, 5%"], null);
        Assert.That(plan.Seeds, Is.EqualTo((ulong[])[1, 2, 3]));
        Assert.That(plan.Points.Select(static p => p.Label),
            Is.EqualTo((string[])["loss=0%,workers=1", "loss=5%,workers=1", "loss=0%,workers=2", "loss=5%,workers=2"]));
        Assert.That(plan.Varied, Is.EqualTo((string[])["loss", "workers"]));
    }

    [Test]
    public void A_list_of_points_is_crossed_with_a_grid()
    {
        using var folder = new TestFolder();
        var plan = SweepPlan.Parse("1", ["c=x,y"], folder.File("points.csv", "a,b\n1,2\n3,4\n"));
        Assert.That(plan.Points.Select(static p => p.Label), Is.EqualTo((string[])["a=1,b=2,c=x", "a=1,b=2,c=y", "a=3,b=4,c=x", "a=3,b=4,c=y"]));
    }

    [TestCase("", "a=1", ErrorCode.Usage, "--seeds")]
    [TestCase("5..1", "a=1", ErrorCode.Usage, "--seeds")]
    [TestCase("1..2..3", "a=1", ErrorCode.Usage, "--seeds")]
    [TestCase("-1", "a=1", ErrorCode.Usage, "--seeds")]
    [TestCase("0..18446744073709551615", "a=1", ErrorCode.LimitExceeded, "limit 10000")]
    [TestCase("1..10000,20000", "a=1", ErrorCode.LimitExceeded, "limit 10000")]
    [TestCase("1", "a", ErrorCode.Usage, "NAME=VALUE")]
    [TestCase("1", "a=1,,2", ErrorCode.Usage, "NAME=VALUE")]
    [TestCase("1", "a=1,1", ErrorCode.Usage, "twice")]
    [TestCase("1", "a=1;a=2", ErrorCode.Usage, "twice")]
    public void What_is_no_plan_is_refused_with_its_field(string seeds, string set, ErrorCode code, string complaint)
    {
        var refused = Assert.Throws<PeerComputeException>(() => SweepPlan.Parse(seeds, set.Split(';'), null))!;
        Assert.That(refused.Code, Is.EqualTo(code));
        Assert.That(refused.Message, Does.Contain(complaint));
    }

    [Test]
    public void Points_and_runs_are_bounded()
    {
        string Values(string name, int count) => $"{name}={string.Join(',', Enumerable.Range(0, count))}";
        Assert.That(SweepPlan.Parse("1", [Values("a", 40), Values("b", 25)], null).Points, Has.Count.EqualTo(SweepPlan.PointsMost));
        Assert.That(Code(() => SweepPlan.Parse("1", [Values("a", 40), Values("b", 26)], null)), Is.EqualTo(ErrorCode.LimitExceeded));
        Assert.That(Code(() => SweepPlan.Parse("1..101", [Values("a", 1000)], null)), Is.EqualTo(ErrorCode.LimitExceeded));
    }

    [Test]
    public void A_list_that_is_none_is_refused_with_its_line()
    {
        using var folder = new TestFolder();
        Assert.That(() => SweepPlan.Parse("1", [], folder.File("none.csv", "a,b\n")),
            Throws.TypeOf<PeerComputeException>().With.Message.Contains("none.csv:1"));
        Assert.That(() => SweepPlan.Parse("1", [], folder.File("twice.csv", "a\n1\n1\n")),
            Throws.TypeOf<PeerComputeException>().With.Message.Contains("csv:3"));
        Assert.That(() => SweepPlan.Parse("1", [], folder.File("columns.csv", "a, a\n1,2\n")),
            Throws.TypeOf<PeerComputeException>().With.Message.Contains("columns.csv:1: the column 'a'"));
        Assert.That(Code(() => SweepPlan.Parse("1", ["a=2"], folder.File("both.csv", "a\n1\n"))), Is.EqualTo(ErrorCode.Usage));
    }

    [Test]
    public void Folders_of_points_are_good_names_and_differ()
    {
        string Name(string values) => SweepPlan.Parse("1", [values], null).Points[0].FolderName;
        Assert.That(SweepPoint.Plain.FolderName, Is.EqualTo("plain"));
        Assert.That(Name("workers=40"), Is.EqualTo("workers=40"));
        var (slash, percent, lengthy) = (Name("../a=/etc"), Name("loss=2%"), Name("a=" + new string('x', 500)));
        foreach (var name in new[] { slash, percent, lengthy })
            Assert.That(name, Does.Match(@"^[A-Za-z0-9=,_%-][A-Za-z0-9=,._%-]*$").And.Length.LessThan(100));
        Assert.That(Name("loss=2$"), Is.Not.EqualTo(percent));
    }

    [TestCase("5", 5)]
    [TestCase("2%", 0.02)]
    [TestCase("500ppm", 0.0005)]
    [TestCase("80ms", 0.08)]
    [TestCase("10m", 600)]
    [TestCase("0.25", 0.25)]
    [TestCase("objects", null)]
    [TestCase("", null)]
    public void Values_of_parameters_become_numbers(string text, double? number)
    {
        if (number is { } expected) Assert.That(ParameterValue.Number(text), Is.EqualTo(expected).Within(1e-12));
        else Assert.That(ParameterValue.Number(text), Is.Null);
    }

    private static ErrorCode Code(Action act) => Assert.Throws<PeerComputeException>(act)!.Code;
}
