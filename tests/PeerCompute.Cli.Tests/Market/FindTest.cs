// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Market;

/// <summary><c>find</c> and <c>job explain</c> as a user meets them, between real processes that nobody introduced.</summary>
[TestFixture]
[Platform("Linux")]
[Category("Slow")]
[CancelAfter(180_000)]
internal sealed class FindTest
{
    private const long Gibi = 1L << 30;

    private RecordedNetwork _network = null!;

    [OneTimeSetUp]
    public async Task Start() => _network = await RecordedNetwork.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _network.DisposeAsync();

    [Test]
    public async Task GPU_memory_finds_the_real_GPU_only_and_the_runtime_finds_all()
    {
        var gpu = await _network.UntilAsync(static found => found["adverts"]!.AsArray().Count > 0, "find", "--gpu-memory", "1GiB");
        Assert.That(Found(gpu), Is.EqualTo(new[] { "gpu" }));
        Assert.That(Found(await _network.AskAsync("find", "--runtime", "wasm")), Is.EqualTo(RecordedNetwork.Hosts));
        Assert.That(Found(await _network.AskAsync("find", "--gpu-memory", "8GiB")), Is.Empty, "the card has 7979 MiB");
        var device = gpu["adverts"]![0]!["devices"]!.AsArray().Single(static d => (string?)d!["kind"] == "gpu")!;
        Assert.That((long)device["memoryBytes"]!, Is.EqualTo(7979L << 20));
        AddsUp(gpu, seen: 4);
        Assert.That(Line(gpu, "device")["first"]!.GetValue<int>(), Is.EqualTo(3), "PoCL, the processor that is called a GPU, and the bootstrap node");
    }

    [Test]
    public async Task Cores_find_nodes_with_a_GPU_too()
        => Assert.That(Found(await _network.AskAsync("find", "--cores", $"{Environment.ProcessorCount}")), Is.EqualTo(RecordedNetwork.Hosts));

    [Test]
    public async Task A_need_that_nobody_meets_is_named_with_its_repair_and_the_repair_helps()
    {
        var none = await _network.AskAsync("find", "--memory", "3GiB");
        Assert.That(Found(none), Is.Empty);
        AddsUp(none, seen: 4);
        var repair = Line(none, "memory")["repair"]!;
        Assert.That(((long)repair["nearest"]!, (int)repair["atNearest"]!), Is.EqualTo((Gibi, 3)));
        Assert.That(Found(await _network.AskAsync("find", "--memory", "1GiB")), Is.EqualTo(RecordedNetwork.Hosts));

        var cheap = await _network.AskAsync("find", "--price", "999");
        Assert.That(Found(cheap), Is.Empty);
        AddsUp(cheap, seen: 4);
        var price = (string)Line(cheap, "price")["repair"]!["nearest"]!.ToJsonString();
        Assert.That(Found(await _network.AskAsync("find", "--price", price)), Is.EqualTo(RecordedNetwork.Hosts));
        Assert.That(Found(await _network.AskAsync("find", "--region", "150")), Is.Empty, "no node tells its region");
        Assert.That(Found(await _network.AskAsync("find", "--runtime", "cuda")), Is.Empty);
        Assert.That((await _network.AskAsync("find", "--limit", "1"))["adverts"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task For_people_there_is_a_table_and_below_it_why_the_others_do_not_fit()
    {
        var answer = await _network.Tool.RunAsync("find", "--gpu-memory", "1GiB", "--home", _network.Client.Home);
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        Assert.That(answer.Output, Does.Contain(_network.PeerOf("gpu")).And.Contain("gpu GeForce RTX 2080 7,979 MiB"));
        Assert.That(answer.Output, Does.Match("(?m)^4 adverts seen:$").And.Match("(?m)^  1  fits$").And.Match("(?m)^  3  needs a device of kind gpu"));
        var peers = await _network.Tool.RunAsync("peers", "--home", _network.Client.Home);
        Assert.That(peers.Output, Does.Match(@"(?m)^mesh     \d+ connected, \d+ DHT contacts, "));
        Assert.That((int)(await _network.AskAsync("id"))["mesh"]!["contacts"]!, Is.GreaterThanOrEqualTo(1));
        var findings = (await _network.Tool.RunAsync("doctor", "--home", _network.Client.Home, "--json")).Json["findings"]!.AsArray();
        var network = findings.Where(static f => (string?)f!["section"] == "network").ToArray();
        Assert.That(network.Select(static f => (bool)f!["well"]!), Is.All.True);
        Assert.That((string)network[1]!["what"]!, Does.StartWith("bootstrap /ip4/127.0.0.1/tcp/").And.EndWith(" answers"));
    }

    [Test]
    public async Task Devices_are_those_of_the_drivers_with_the_measured_speed()
    {
        var devices = (await _network.Tool.RunAsync("devices", "--home", Path.Combine(_network.Tool.Home, "gpu"), "--json")).Json.AsArray();
        Assert.That(devices.Select(static d => (string?)d!["kind"]), Is.EqualTo(new[] { "cpu", "gpu" }));
        Assert.That(devices.Select(static d => (long)d!["fuelPerSecond"]!), Is.EqualTo(new[] { (long)devices[0]!["fuelPerSecond"]!, 0 }));
        Assert.That((long)devices[0]!["fuelPerSecond"]!, Is.Positive);
        var lent = (await _network.Tool.RunAsync("lend", "--status", "--home", Path.Combine(_network.Tool.Home, "gpu"), "--json")).Json;
        Assert.That(lent["devices"]!.ToJsonString(), Is.EqualTo(devices.ToJsonString()));
    }

    [TestCase("memory", "limits: {memory: 2GiB}", "limits: {memory: 1GiB}", Gibi)]
    [TestCase("price", "price-ceiling: 999", "price-ceiling: 1000", 1000L)]
    public async Task Repairing_the_requirement_that_explain_names_makes_the_job_run(string requirement, string asked, string repaired, long level)
    {
        var id = (string)(await _network.AskAsync("job", "submit", Job(asked)))["jobId"]!;
        var why = await _network.UntilAsync(static e => (int)e["explanation"]!["seen"]! == 4, "job", "explain", id);
        AddsUp(why, seen: 4);
        Assert.That((int)why["explanation"]!["fits"]!, Is.Zero);
        var line = Line(why, requirement);
        Assert.That(((long)line["repair"]!["nearest"]!, (int)line["repair"]!["atNearest"]!), Is.EqualTo((level, 3)), line.ToJsonString());
        Assert.That((string)line["text"]!, Does.Contain("3 more fit"));
        var shown = await _network.AskAsync("job", "show", id);
        Assert.That((string)shown["waitsFor"]!, Does.StartWith("waits for a worker"));
        await _network.AskAsync("job", "cancel", id);

        var run = await _network.AskAsync("run", Job(repaired), "-o", Path.Combine(_network.Tool.Home, requirement));
        Assert.That((string?)run["state"], Is.EqualTo("accepted"));
        Assert.That((string)run["waitsFor"]!, Is.Empty);
        var workers = run["leases"]!.AsArray().Select(static l => (string)l!["worker"]!);
        Assert.That(_network.HostsOf(workers), Is.Not.Empty, "a stranger's node did it");
    }

    [Test]
    public async Task Replicas_are_shown_with_their_slot_and_what_they_were_drawn_for()
    {
        var run = await _network.AskAsync("run", Job("tasks: 2"), "--replicas", "2", "-o", Path.Combine(_network.Tool.Home, "replicas"));
        Assert.That((string?)run["state"], Is.EqualTo("accepted"));
        var leases = run["leases"]!.AsArray().Where(static l => (string?)l!["state"] == "accepted").ToArray();
        var first = leases.Where(static l => (int)l!["slot"]! == 0).ToArray();
        Assert.That(first.Select(static l => (string)l!["drawnFrom"]!), Is.Not.Empty.And.All.Empty);
        var ids = first.Select(static l => (string)l!["leaseId"]!).ToArray();
        Assert.That(leases.Where(static l => (int)l!["slot"]! > 0).Select(static l => (string)l!["drawnFrom"]!), Is.Not.Empty.And.SubsetOf(ids));
        Assert.That(run["leases"]!.AsArray().Select(static l => (int)l!["rejected"]!), Is.All.Zero);
    }

    [Test]
    public async Task A_home_that_has_joined_needs_no_daemon_and_no_address_to_run_a_job()
    {
        var home = Path.Combine(_network.Tool.Home, "visitor");
        Assert.That((await _network.Tool.RunAsync("join", "--home", home, _network.Invite)).ExitCode, Is.Zero);
        var found = await _network.Tool.RunAsync("find", "--home", home, "--json");
        Assert.That(Found(found.Json), Is.EqualTo(RecordedNetwork.Hosts), found.Error);
        var run = await _network.Tool.RunAsync("run", Job("tasks: 1"), "-o", Path.Combine(_network.Tool.Home, "visited"), "--home", home, "--json");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That((string?)run.Json["state"], Is.EqualTo("accepted"));
    }

    [Test]
    public async Task A_job_that_nobody_knows_is_not_found()
    {
        var answer = await _network.Tool.RunAsync("job", "explain", new string('0', 64), "--home", _network.Client.Home, "--json");
        Assert.That(answer.ExitCode, Is.EqualTo((int)ErrorCode.NotFound));
        Assert.That((string?)answer.Json["error"]!["code"], Is.EqualTo("NotFound"));
    }

    private static void AddsUp(JsonNode answer, int seen)
    {
        var why = answer["explanation"]!;
        var first = why["lines"]!.AsArray().Sum(static line => (int)line!["first"]!);
        Assert.That(((int)why["seen"]!, (int)why["fits"]! + first), Is.EqualTo((seen, seen)), why.ToJsonString());
    }

    private static JsonNode Line(JsonNode answer, string requirement)
        => answer["explanation"]!["lines"]!.AsArray().Single(line => (string?)line!["requirement"] == requirement)!;

    private string[] Found(JsonNode answer) => _network.HostsOf(answer["adverts"]!.AsArray().Select(static a => (string)a!["peerId"]!));

    private string Job(string line) => _network.Tool.File(
        string.Create(CultureInfo.InvariantCulture, $"job-{Guid.NewGuid():N}.yaml"),
        $"name: test\nmodule: {Tool.Sample("misc", "noop.wasm")}\n{line}\n" + (line.StartsWith("tasks", StringComparison.Ordinal) ? "" : "tasks: 1\n"));
}
