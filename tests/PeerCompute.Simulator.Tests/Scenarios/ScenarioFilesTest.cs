// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests.Scenarios;

/// <summary>Scenarios of several files: includes, parameters, data.</summary>
[TestFixture]
internal sealed class ScenarioFilesTest
{
    private const string Base = "parameters: { workers: 4, wait: 10s }\nnodes:\n  - { class: w, count: \"${workers}\" }\n  - { class: c, role: client }\n"
        + "jobs: { count: 2, every: \"${wait}\" }\n";

    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("scenario").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_file_takes_the_place_of_what_it_includes_and_parameters_are_filled_in()
    {
        Write("base.yaml", Base);
        var scenario = Read("include: base.yaml\nname: mine\nparameters: { workers: 7, wait: 1s }\n");
        Assert.That((scenario.Name, scenario.NodeCount, scenario.Jobs.EveryMicros), Is.EqualTo(("mine", 8, 1_000_000L)));
        Assert.That(scenario.Parameters["workers"], Is.EqualTo("7"));
    }

    [Test]
    public void Values_can_be_given_from_outside_and_each_makes_another_experiment()
    {
        Write("base.yaml", Base);
        var path = Path.Combine(_folder, "base.yaml");
        var two = ScenarioReader.ReadFile(path, new Dictionary<string, string> { ["workers"] = "2" });
        var same = ScenarioReader.ReadFile(path, new Dictionary<string, string> { ["workers"] = "4" });
        Assert.That(two.NodeCount, Is.EqualTo(3));
        Assert.That(same.Hash, Is.EqualTo(ScenarioReader.ReadFile(path).Hash));
        Assert.That(two.Hash, Is.Not.EqualTo(same.Hash));
        var refused = Assert.Throws<PeerComputeException>(() => ScenarioReader.ReadFile(path, new Dictionary<string, string> { ["wrokers"] = "2" }));
        Assert.That(refused!.Message, Does.Contain("no parameter 'wrokers'").And.Contain("workers"));
    }

    [TestCase("include: other.yaml\n", "other.yaml")]
    [TestCase("include: scenario.yaml\n", "go round in a circle")]
    [TestCase("name: \"${nobody}\"\n", "scenario.yaml:1: parameter 'nobody' is not given")]
    [TestCase("name: \"${nobody\"\n", "has no end of the parameter's name")]
    [TestCase("include: \"a\\0b\"\n", "does not exist")]
    [TestCase("include: /dev/zero\n", "name a regular file")]
    [TestCase("parameters: [1]\n", "'parameters' is a mapping")]
    [TestCase("a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
        + "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n", "more than 500000 values")]
    public void What_cannot_be_put_together_is_refused(string yaml, string expected)
        => Assert.That(Assert.Throws<PeerComputeException>(() => Read(yaml))!.Message, Does.Contain(expected));

    [Test]
    public void What_grows_without_bound_is_refused()
    {
        Assert.That(Refused("name: x\njobs: " + new string('[', 100_000)), Does.Contain("scenario.yaml:2: is nested more than 64 levels deep"));
        var many = string.Concat(Enumerable.Repeat("${x}", 1000));
        Assert.That(Refused($"parameters: {{ x: {new string('y', 900)} }}\nname: \"{many}\"\n"), Does.Contain("more than 10000 characters"));

        string Refused(string yaml) => Assert.Throws<PeerComputeException>(() => Read(yaml))!.Message;
    }

    [Test]
    public void A_byte_order_mark_is_no_part_of_the_first_key()
        => Assert.That(Read("\uFEFF" + Base).NodeCount, Is.EqualTo(5));

    [Test]
    public void A_complaint_names_the_file_that_the_line_stands_in()
    {
        Write("base.yaml", Base + "links:\n  loss: 2\n");
        Assert.That(Assert.Throws<PeerComputeException>(() => Read("include: base.yaml\n"))!.Message, Does.StartWith("base.yaml:7: 'loss' is '2'"));
    }

    [Test]
    public void Jobs_come_as_a_trace_has_them()
    {
        Write("base.yaml", Base);
        Write("jobs.csv", "at,tasks,cost,deadline\n1.5,3,0.25,60\n2,1,10,600\n");
        var scenario = Read("include: base.yaml\njobs: { trace: jobs.csv }\n");
        Assert.That(scenario.Jobs.Count, Is.EqualTo(2));
        Assert.That(scenario.Jobs.Trace[0], Is.EqualTo(new TracedJob(1_500_000, 3, 250_000, 60_000_000)));
    }

    [TestCase("at,tasks\n", "jobs.csv:1: the first line is 'at,tasks,cost,deadline'")]
    [TestCase("at,tasks,cost,deadline\n1,2,3\n", "jobs.csv:2: expected 4 numbers")]
    [TestCase("at,tasks,cost,deadline\n5,1,1,60\n4,1,1,60\n", "jobs.csv:3: jobs come in the order")]
    [TestCase("at,tasks,cost,deadline\n5,0,1,60\n", "jobs.csv:2: a job has 1 to")]
    [TestCase("at,tasks,cost,deadline\n5,1,-1,60\n", "jobs.csv:2: expected 4 numbers")]
    public void A_trace_that_is_none_is_refused(string csv, string expected)
    {
        Write("base.yaml", Base);
        Write("jobs.csv", csv);
        var refused = Assert.Throws<PeerComputeException>(() => Read("include: base.yaml\njobs: { trace: jobs.csv }\n"));
        Assert.That(refused!.Message, Does.Contain(expected));
    }

    [Test]
    public void Nodes_come_and_go_as_a_trace_has_it()
    {
        Write("sessions.csv", "node,start,end\n0,0,10\n1,5,20\n0,30,40\n");
        const string nodes = "nodes:\n  - { class: w, count: 2, churn: { trace: sessions.csv } }\n  - { class: c, role: client }\n";
        var scenario = Read(nodes + "jobs: { count: 0 }\nduration: 60s\n");
        var experiment = Lab.Prepare(scenario, 1);
        var up = new List<string>();
        foreach (var second in new[] { 2, 7, 15, 25, 35, 45 })
            experiment.World.Script(second * 1_000_000L, () => up.Add(string.Concat(experiment.World.Nodes.Take(2).Select(static n => n.Up ? '1' : '0'))));
        experiment.Run();
        Assert.That(up, Is.EqualTo(new[] { "10", "11", "01", "00", "10", "00" }));
    }

    [TestCase("node,start,end\n2,0,10\n", "sessions.csv:2: node 2 is none of the class's 2")]
    [TestCase("node,start,end\n0,5,5\n", "sessions.csv:2: a session ends after its start")]
    [TestCase("node,start,end\n0,0,10\n0,10,20\n", "sessions.csv:3: a session ends after its start, and begins after")]
    public void Sessions_that_cannot_be_are_refused(string csv, string expected)
    {
        Write("sessions.csv", csv);
        const string yaml = "nodes:\n  - { class: w, count: 2, churn: { trace: sessions.csv } }\njobs: { count: 0 }\n";
        Assert.That(Assert.Throws<PeerComputeException>(() => Read(yaml))!.Message, Does.Contain(expected));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private Scenario Read(string yaml)
    {
        Write("scenario.yaml", yaml);
        return ScenarioReader.ReadFile(Path.Combine(_folder, "scenario.yaml"));
    }
}
