// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Formats.Tar;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PeerCompute.Base.Errors;
using PeerCompute.Trust.Forms;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>Native programs as jobs between real processes: three workers that have an image and offer a host runtime, and a client that has neither.</summary>
[Platform("Linux")]
[Category("Slow")]
public sealed partial class NativeJobTests
{
    private const string BusyBox = "/bin/busybox", PovRay = "/usr/bin/povray", FFmpeg = "/usr/bin/ffmpeg", Runtime = "debian-12@12.11";

    private readonly List<RunningDaemon> _workers = [];
    private Tool _tool = null!;
    private RunningDaemon _client = null!;
    private string _image = "", _refused = "";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Need(BusyBox, "busybox-static");
        Need("/usr/bin/bwrap", "bubblewrap");
        _tool = new Tool();
        Directory.CreateDirectory(Path.Combine(_tool.Home, "root", "bin"));
        File.Copy(BusyBox, Path.Combine(_tool.Home, "root", "bin", "busybox"));
        File.CreateSymbolicLink(Path.Combine(_tool.Home, "root", "bin", "sh"), "busybox");
        var archive = await ArchiveAsync("root");
        Directory.CreateDirectory(Path.Combine(_tool.Home, "other"));
        _tool.File("other/word", "x");
        var other = await ArchiveAsync("other");
        for (var i = 0; i < 3; i++)
        {
            var home = Path.Combine(_tool.Home, $"worker{i}");
            await DoneAsync("init", "--home", home);
            var config = Path.Combine(home, "config.json");
            var shares = (await File.ReadAllTextAsync(config)).Replace("\"shares_device\": false", "\"shares_device\": true", StringComparison.Ordinal);
            await File.WriteAllTextAsync(config, shares); // other tests of this machine may use the device
            _image = (string)(await DoneAsync("image", "import", archive, "--name", "tools", "--home", home, "--json")).Json["digest"]!;
            _refused = (string)(await DoneAsync("image", "import", other, "--home", home, "--json")).Json["digest"]!;
            await DoneAsync("image", "allow", "tools", "--home", home);
            await DoneAsync("image", "offer", Runtime, "--home", home);
            await DoneAsync("image", "offer", "opencl@1", "--home", home);
            _workers.Add(await RunningDaemon.StartAsync(_tool, $"worker{i}"));
        }

        _client = await RunningDaemon.StartAsync(_tool, "client", "--light");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var worker in _workers) await worker.DisposeAsync();
        if (_client is not null) await _client.DisposeAsync();
        _tool?.Dispose();
    }

    [Test]
    public async Task A_program_of_an_image_runs_on_two_workers_that_agree()
    {
        _tool.File("words", "one\ntwo\n");
        var run = await RunAsync($$"""
            image: {{_image}}
            args: [/bin/sh, -c, 'busybox tac words >out; echo $COLOUR $0 {index}; [ ! -e /usr ] && busybox id -u', name]
            env: {COLOUR: red}
            inputs: [words]
            outputs: [out]
            tasks: 2
            """);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        for (var task = 0; task < 2; task++)
        {
            Assert.That(await ResultAsync(task, "out"), Is.EqualTo("two\none\n"));
            Assert.That(await ResultAsync(task, "stdout"), Is.EqualTo($"red name {task}\n65534\n"), "its own root, and nobody's rights");
        }

        AgreedByTwo(run.Json);
        var used = run.Json["tasks"]![1]!;
        Assert.That(((ulong)used["bytesIn"]!, (ulong)used["bytesOut"]! > 8), Is.EqualTo((8UL, true)));
        var verified = await _tool.RunAsync("verify", (string)run.Json["receipt"]!, "--json");
        Assert.That(verified.ExitCode, Is.Zero, verified.Error);
    }

    [Test]
    public async Task An_image_that_only_the_client_has_comes_to_workers_whose_owners_allow_it()
    {
        Directory.CreateDirectory(Path.Combine(_tool.Home, "brought"));
        _tool.File("brought/own", "brought along\n");
        string[] home = ["--home", _client.Home, "--json"];
        await DoneAsync(["image", "import", Path.Combine(_tool.Home, "root.tar"), "--name", "base", .. home]);
        var image = (string)(await DoneAsync(["image", "import", await ArchiveAsync("brought"), "--base", "base", .. home])).Json["digest"]!;
        foreach (var worker in _workers) await DoneAsync("image", "allow", "--digest", image, "--home", worker.Home);
        var run = await BringAsync();
        var since = Stopwatch.GetTimestamp();
        while (run.Error.Contains("this worker does not have", StringComparison.Ordinal) && Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(3))
        {
            await Task.Delay(1000); // daemons look every two seconds at what their owners allow
            run = await BringAsync();
        }

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(await ResultAsync(0, "stdout"), Is.EqualTo("brought along\n"));
        AgreedByTwo(run.Json);
        foreach (var worker in _workers)
        {
            var here = (await DoneAsync("image", "show", image, "--home", worker.Home, "--json")).Json;
            Assert.That(((bool)here["fetched"]!, (string)here["mayRun"]!), Is.EqualTo((true, "yes")));
        }

        Task<Tool.Answer> BringAsync() => RunAsync("image: brought\nargs: [/bin/sh, -c, 'busybox cat /own']\ntasks: 1\n");
    }

    [Test]
    public async Task The_sample_of_frames_is_rendered_as_the_renderer_alone_does()
    {
        Need(PovRay, "povray");
        var file = Path.Combine(Tool.Sample("frames"), "job.yaml");
        var text = (await File.ReadAllTextAsync(file)).Replace("tasks: 8", "tasks: 2", StringComparison.Ordinal);
        File.Copy(Path.Combine(Tool.Sample("frames"), "scene.pov"), Path.Combine(_tool.Home, "scene.pov"), overwrite: true);
        var run = await SubmitAsync(text);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        AgreedByTwo(run.Json);
        string[] args = ["+Iscene.pov", "+Oalone.png", "+FN", "+W320", "+H240", "+A0.3", "+WT1", "-D", "+K1", "Declare=Frames=2"];
        using var alone = Process.Start(new ProcessStartInfo(PovRay, args) { WorkingDirectory = _tool.Home, RedirectStandardError = true })!;
        await alone.StandardError.ReadToEndAsync();
        await alone.WaitForExitAsync();
        var expected = CanonicalForms.Apply(OutputForm.Png, await File.ReadAllBytesAsync(Path.Combine(_tool.Home, "alone.png")));
        Assert.That(await File.ReadAllBytesAsync(Path.Combine(_tool.Home, "out", "tasks", "1", "frame.png")), Is.EqualTo(expected));
        Assert.That(await File.ReadAllBytesAsync(Path.Combine(_tool.Home, "out", "tasks", "0", "frame.png")), Is.Not.EqualTo(expected));
    }

    [Test]
    [Category("Long")]
    public async Task The_sample_of_a_film_is_encoded_in_segments_that_are_one_film()
    {
        Need(FFmpeg, "ffmpeg");
        string[] film = ["-y", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-t", "8", "-c:v", "ffv1", "film.mkv"];
        Assert.That(await FFmpegAsync(film), Is.Empty);
        var run = await SubmitAsync(await File.ReadAllTextAsync(Path.Combine(Tool.Sample("transcode"), "job.yaml")));
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        AgreedByTwo(run.Json);
        Assert.That(run.Json["tasks"]!.AsArray(), Has.Count.EqualTo(4));
        var frames = await FFmpegAsync(["-v", "info", "-i", Path.Combine("out", "film.ts"), "-f", "null", "-"]);
        Assert.That(frames, Does.Match(@"frame=\s*200 "), "8 seconds of 25 frames, none lost between segments");
        const string ByNumber = "[0:v]setpts=N/25/TB[a];[1:v]setpts=N/25/TB[b];[a][b]psnr";
        var error = await FFmpegAsync(["-v", "info", "-i", "film.mkv", "-i", Path.Combine("out", "film.ts"), "-lavfi", ByNumber, "-f", "null", "-"]);
        var psnr = double.Parse(Regex.Match(error, @"average:([0-9.]+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.That(psnr, Is.GreaterThan(25), "each frame is where it was in the film");
    }

    [Test]
    public async Task A_folder_that_a_native_program_writes_comes_back_and_is_compared_offline()
    {
        var run = await RunAsync($$"""
            image: {{_image}}
            args: [/bin/sh, -c, 'busybox mkdir -p tree/deep; echo 1.0 >tree/a; echo {index} >tree/deep/b']
            outputs: [tree/]
            tasks: 2
            """);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        AgreedByTwo(run.Json);
        Assert.That(await ResultAsync(1, "tree/deep/b"), Is.EqualTo("1\n"));
        var compared = await _tool.RunAsync("compare", Result("tasks", "0", "tree"), Result("tasks", "1", "tree"), "--json");
        Assert.That((compared.ExitCode, (int)compared.Json["different"]!), Is.EqualTo((1, 1)), compared.Error);
    }

    [Test]
    public async Task What_running_tasks_say_is_followed_from_the_client()
    {
        const string Script = """echo ::progress 12.5 >&2; echo ::message half of $TOKEN >&2; echo ::metric loss 0.25 7 >&2; echo a line >&2; sleep 600""";
        var job = _tool.File("job.yaml", $$"""
            name: talk
            runtime: {{Runtime}}
            args: [/bin/sh, -c, '{{Script}}']
            secrets: { TOKEN: { file: token.txt } }
            tasks: 2
            limits: {wall: 20m}
            deadline: 40m
            placement: {tasks-per-lease: 1, parallel: 2}
            verification: {by: replicas}
            """);
        _tool.File("token.txt", "hush");
        string[] to = [.. _workers.SelectMany(static worker => (string[])["--to", worker.Address])];
        var id = (string)(await DoneAsync(["job", "submit", job, "--home", _client.Home, "--json", .. to])).Json["jobId"]!;
        using var watch = _tool.Start("job", "watch", id, "--home", _client.Home, "--json");
        using var follow = _tool.Start("job", "logs", id, "--follow", "--task", "1", "--home", _client.Home);
        JsonNode? live = null;
        while (live is null && await watch.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)) is { } line)
        {
            var leases = JsonNode.Parse(line)!["leases"]!.AsArray();
            var told = leases.Select(static lease => lease!["live"]).Where(static l => l?["metrics"]!.AsArray().Count > 0).ToList();
            live = told.Select(static l => (uint)l!["task"]!).Distinct().Count() == 2 ? told[0] : null;
        }

        Assert.That(((decimal)live!["percent"]!, (string)live["message"]!), Is.EqualTo((12.5m, "half of [secret TOKEN]")));
        Assert.That(live["metrics"]!.ToJsonString(), Is.EqualTo("""[{"name":"loss","value":"0.25","step":7}]"""));
        Assert.That((await DoneAsync("job", "show", id, "--home", _client.Home)).Output, Does.Match(@"task 1 on …\w+ +12\.5% half of"));
        var since = Stopwatch.GetTimestamp();
        var logs = "";
        while (Regex.Count(logs, @"(?m)^[01] …\w+ \| a line$") < 2 && Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(2))
            logs = (await DoneAsync("job", "logs", id, "--home", _client.Home)).Output;
        await DoneAsync("job", "cancel", id, "--home", _client.Home);
        Assert.That((await Tool.EndOfAsync(follow)).Output, Does.Match(@"^1 …\w+ \| a line\n$"));
        Assert.That((await Tool.EndOfAsync(watch)).ExitCode, Is.EqualTo((int)ErrorCode.JobFailed));
    }

    [Test]
    public async Task Results_that_are_never_equal_count_within_their_tolerances()
    {
        const string Program = "echo pi 3.1$(od -An -N2 -tu2 /dev/urandom | tr -d \" \") >out";
        const string Job = $"runtime: {Runtime}\nargs: [/bin/sh, -c, '{Program}']\noutputs: [out]\n";
        var run = await RunAsync(Job + "compare: {out: {abs: 0.1}}\ntasks: 2\n");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(await ResultAsync(0, "out"), Does.StartWith("pi 3.1"));
        AgreedByTwo(run.Json);
        var verified = await _tool.RunAsync("verify", (string)run.Json["receipt"]!);
        Assert.That(verified.Output, Does.Contain("2 workers with outputs within the spec's tolerances"));
        await FailsAsync(Job + "compare: {out: {abs: 1e-9}}", ErrorCode.JobFailed, "more apart than the tolerances");
    }

    [Test]
    public async Task Items_are_mapped_one_by_one_and_what_is_missing_is_named()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_tool.Home, "items")).FullName;
        for (var i = 1; i <= 5; i++) await File.WriteAllTextAsync(Path.Combine(folder, $"{i}"), $"item {i}");
        var job = $$"""
            image: {{_image}}
            args: [/bin/sh, -c, 'for f in items.{index}/*; do busybox sed "s/.*/<&>/" $f; [ $f = items.1/3 ] || echo; done >out']
            inputs: [items]
            split: {input: items, by: files, per-task: 2}
            outputs: [out]
            gather: {kind: items, file: all}
            """;
        var run = await RunAsync(job);
        Assert.That(run.ExitCode, Is.EqualTo((int)ErrorCode.JobFailed), "two items on one line");
        Assert.That(run.Error, Does.Contain("task 1 gave 1 lines for items 3 to 4"));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_tool.Home, "out", "all")), Is.EqualTo("<item 1>\n<item 2>\n<item 3><item 4>\n<item 5>\n"));
        run = await RunAsync(job.Replace("items.1/3", "none", StringComparison.Ordinal));
        Assert.That((run.ExitCode, run.Json["missingItems"]!.AsArray().Count), Is.EqualTo((0, 0)), run.Error);
    }

    [Test]
    public async Task A_program_that_the_client_brings_in_a_folder_runs_in_the_workers_own_system()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_tool.Home, "tools")).FullName;
        var program = Path.Combine(folder, "count");
        await File.WriteAllTextAsync(program, "#!/bin/sh\ndate +%N >date; echo $(wc -l </job/tools/words) >out\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        await File.WriteAllTextAsync(Path.Combine(folder, "words"), "a\nb\nc\n");
        var run = await RunAsync($"runtime: {Runtime}\nargs: [/job/tools/count]\ninputs: [tools]\noutputs: [out]\ncanonical: {{out: text}}\ntasks: 1\n");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(await ResultAsync(0, "out"), Is.EqualTo("3\n"));
        var verified = await _tool.RunAsync("verify", (string)run.Json["receipt"]!);
        Assert.That(verified.Output, Does.Contain($"a native one for x64 in host runtime {Runtime}"));
    }

    [Test]
    public async Task The_sample_of_bodies_runs_as_a_GPU_program_and_computes_what_another_program_computes()
    {
        const string Later = "does not offer host runtime opencl@1";
        Need("/usr/bin/clinfo", "clinfo and pocl-opencl-icd");
        await DoneAsync("gpu", "build", Path.Combine(Tool.Sample("nbody"), "nbody.json"), "-o", Path.Combine(_tool.Home, "nbody.gpu"));
        var text = await File.ReadAllTextAsync(Path.Combine(Tool.Sample("nbody"), "job.yaml"));
        text = text.Replace("tasks: 4", "tasks: 2", StringComparison.Ordinal);
        var run = await SubmitAsync(text);
        var since = Stopwatch.GetTimestamp();
        while (run.Error.Contains(Later, StringComparison.Ordinal) && Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(3))
        {
            await Task.Delay(1000); // drivers are asked beside the start of a daemon, which takes a busy machine a while
            run = await SubmitAsync(text);
        }

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        AgreedByTwo(run.Json);
        for (var task = 0; task < 2; task++)
        {
            var places = await File.ReadAllBytesAsync(Path.Combine(_tool.Home, "out", "tasks", $"{task}", "places"));
            Assert.That(MemoryMarshal.Cast<byte, int>(places).ToArray(), Is.EqualTo(Bodies.Places(task, bodies: 512, rounds: 20)));
        }

        _tool.File("bad.cl", "__kernel void k(__global int *b) { b[0] = nonsense; }");
        const string Bad = """{"source": "bad.cl", "buffers": [{"name": "b", "bytes": 4, "output": "b"}], "launches": [{"kernel": "k", "items": [1]}]}""";
        await DoneAsync("gpu", "build", _tool.File("bad.json", Bad), "-o", Path.Combine(_tool.Home, "bad.gpu"));
        await FailsAsync("runtime: opencl@1\nargs: [bad.gpu]\ninputs: [bad.gpu]\noutputs: [b]", ErrorCode.JobFailed, "its kernels do not compile");
    }

    [Test]
    public async Task What_nobody_can_or_may_run_is_said_with_its_cause()
    {
        var nobodys = "sha256:" + new string('0', 64);
        await FailsAsync(
            $"image: {nobodys}\nargs: [/bin/sh]", ErrorCode.JobFailed, $"this worker does not have image {nobodys}: its owner can import and allow it");
        await FailsAsync($"image: {_refused}\nargs: [/bin/sh]", ErrorCode.JobFailed, $"its owner has not allowed image {_refused}");
        await FailsAsync("runtime: debian-12@7\nargs: [/bin/true]", ErrorCode.JobFailed, $"does not offer host runtime debian-12@7; it offers {Runtime}");
        await FailsAsync(
            $"image: {_image}\nneeds: {{architecture: arm64}}", ErrorCode.JobFailed, "the program is for arm64, this worker's processor is x64");
        await FailsAsync("image: tools", ErrorCode.NotFound, "there is no image 'tools'");
        await FailsAsync(
            $"image: {_image}\nverification: {{by: issuer}}", ErrorCode.Refused, "your own node would execute every task again, and cannot");
        await FailsAsync(
            $"runtime: {Runtime}\nargs: [/usr/bin/none-such]", ErrorCode.JobFailed, "there is no program /usr/bin/none-such that could be started");
    }

    [Test]
    public async Task What_a_program_does_wrong_is_said_in_words()
    {
        await FaultAsync("[/bin/sh, -c, 'exit 3']", "the program ended with exit code 3");
        await FaultAsync("[/bin/none-such]", "there is no such program in its image");
        await FaultAsync("[/bin/sh, -c, 'echo no picture >out']", "not of the kind that canonical names", "outputs: [out]\ncanonical: {out: png}");
        await FaultAsync("[/bin/sh, -c, 'echo t: error while loading shared libraries: libx.so.1: cannot open >&2; exit 127']", "needs a library");
        await FaultAsync("[/bin/sh, -c, 'busybox dd if=/dev/zero of=big bs=1M count=9']", "work folder was full: raise limits.work", "limits: {work: 4MiB}");
    }

    /// <summary>Runs FFmpeg in the test's folder; what it said.</summary>
    private async Task<string> FFmpegAsync(IEnumerable<string> args)
    {
        using var process = Process.Start(new ProcessStartInfo(FFmpeg, args) { WorkingDirectory = _tool.Home, RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, said);
        return said;
    }

    private async Task FaultAsync(string args, string words, string more = "")
    {
        var run = await RunAsync($"image: {_image}\nargs: {args}\n{more}\ntasks: 1\n");
        Assert.That(run.ExitCode, Is.Not.EqualTo((int)ErrorCode.Internal), run.Error);
        Assert.That(run.Output + run.Error, Does.Contain(words));
    }

    private async Task FailsAsync(string program, ErrorCode code, string words)
    {
        var run = await RunAsync($"{program}\ntasks: 1\n");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo(((int)code, run.Error)), run.Error);
        Assert.That(run.Error, Does.Contain(words));
    }

    private Task<Tool.Answer> RunAsync(string job) => SubmitAsync(
        $"name: test\n{job}\n" + (job.Contains("verification:", StringComparison.Ordinal) ? "" : "verification: {by: replicas}\n"));

    private Task<Tool.Answer> SubmitAsync(string job)
    {
        var to = _workers.SelectMany(static worker => (string[])["--to", worker.Address]);
        return _tool.RunAsync(["run", _tool.File("job.yaml", job), "-o", "out", "--home", _client.Home, "--json", .. to]);
    }

    private async Task<string> ResultAsync(int task, string name)
        => await File.ReadAllTextAsync(Path.Combine(_tool.Home, "out", "tasks", $"{task}", name));

    private async Task<Tool.Answer> DoneAsync(params string[] args)
    {
        var answer = await _tool.RunAsync(args);
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        return answer;
    }

    private async Task<string> ArchiveAsync(string folder)
    {
        var archive = Path.Combine(_tool.Home, folder + ".tar");
        await TarFile.CreateFromDirectoryAsync(Path.Combine(_tool.Home, folder), archive, includeBaseDirectory: false);
        return archive;
    }

    /// <summary>Every range has leases of two workers, and nobody's output was rejected.</summary>
    private static void AgreedByTwo(JsonNode job)
    {
        var leases = job["leases"]!.AsArray().Where(static lease => (string)lease!["state"]! == "accepted").ToList();
        var ranges = leases.GroupBy(static lease => (uint)lease!["first"]!).ToList();
        Assert.That(ranges, Is.Not.Empty);
        var workers = ranges.Select(static range => range.Select(static lease => (string)lease!["worker"]!).Distinct().Count());
        Assert.That(workers, Is.All.EqualTo(2), job.ToJsonString());
    }

    private static void Need(string program, string package)
    {
        if (File.Exists(program)) return;
        var what = $"{program} is missing: install {package}";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(what);
        Assert.Ignore(what);
    }
}
