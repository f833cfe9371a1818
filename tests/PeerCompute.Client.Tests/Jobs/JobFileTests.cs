// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Client.Jobs;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Client.Tests.Jobs;

/// <summary>What a job file may say, and what is said about one that is wrong.</summary>
public sealed class JobFileTests
{
    private const string Peer = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    private TempFolder _folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TempFolder();
        _folder.File("m.wasm");
        _folder.File("in.txt");
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void A_short_file_gets_the_documented_defaults()
    {
        var job = Parse("name: a\nmodule: m.wasm\ntasks: 3\n");
        Assert.Multiple(() =>
        {
            Assert.That(job.Module, Is.EqualTo(Path.Combine(_folder.Path, "m.wasm")));
            Assert.That(job.Tasks, Is.EqualTo(3));
            Assert.That(job.Limits, Is.EqualTo(new JobLimits(64 << 20, 1_000_000_000, 60_000, 4 << 20)));
            Assert.That(job.DeadlineMs, Is.EqualTo(600_000));
            Assert.That(job.RetainMs, Is.EqualTo(14UL * 86_400_000));
            Assert.That(job.PriceCeiling, Is.EqualTo(10_000));
            Assert.That(job.Verification, Is.EqualTo(new JobVerification("issuer", 0)));
            Assert.That((job.Args.Count, job.Env.Count, job.Inputs.Count, job.Outputs.Count), Is.EqualTo((0, 0, 0, 0)));
            Assert.That((job.Split, job.Gather), Is.EqualTo((default(JobSplit), default(JobGather))));
            Assert.That((job.Placement.Workers.Count, job.Placement.Leases, job.Placement.TasksPerLease, job.Placement.Parallel), Is.EqualTo((0, 0u, 0u, 0u)));
        });
    }

    [Test]
    public void Every_key_is_read()
    {
        var job = Parse($$"""
            name: words
            module: m.wasm
            args: [in.txt, "{index}", 12]
            env: {LANG: C, N: 5}
            inputs:
              - in.txt
              - {name: other.txt, path: in.txt, public: true}
              - {name: third.txt, path: in.txt, public: false}
            split: {input: in.txt, by: bytes}
            outputs: [out.txt, log.txt]
            gather: {kind: concat, output: out.txt, file: all.txt}
            tasks: 24
            limits: {memory: 1GiB, fuel: 200M, wall: 30s, output: 512KB}
            needs: {runtime: wasm, cores: 1}
            placement:
              workers:
                - /ip4/192.0.2.7/tcp/4001/p2p/{{Peer}}
                - {{Peer}}
              leases: 6
              parallel: 2
            verification: {by: issuer}
            deadline: 2h
            retain: 3d
            price-ceiling: 5k
            """);
        Assert.Multiple(() =>
        {
            Assert.That(job.Args, Is.EqualTo(new[] { "in.txt", "{index}", "12" }));
            Assert.That(job.Env, Is.EqualTo(new[] { ("LANG", "C"), ("N", "5") }));
            Assert.That(job.Inputs.Select(i => (i.Name, i.Public)), Is.EqualTo(new[] { ("in.txt", false), ("other.txt", true), ("third.txt", false) }));
            Assert.That(job.Split, Is.EqualTo(new JobSplit("in.txt", SplitBy.Bytes)));
            Assert.That(job.Gather, Is.EqualTo(new JobGather(JobGatherKind.Concat, "out.txt", "all.txt")));
            Assert.That(job.Limits, Is.EqualTo(new JobLimits(1 << 30, 200_000_000, 30_000, 512_000)));
            Assert.That(job.Placement.Workers, Has.Count.EqualTo(2));
            Assert.That((job.Placement.Leases, job.Placement.Parallel), Is.EqualTo((6u, 2u)));
            Assert.That((job.DeadlineMs, job.PriceCeiling), Is.EqualTo((7_200_000UL, 5_000UL)));
            Assert.That(job.RetainMs, Is.EqualTo(3UL * 86_400_000));
        });
    }

    [TestCase("fuels: 1", "job.yaml:4:1: fuels: unknown key")]
    [TestCase("task: 1", "job.yaml:4:1: task: unknown key; did you mean tasks?")]
    [TestCase("priceceiling: 1", "did you mean price-ceiling?")]
    [TestCase("limits: {fuel: 0}", "job.yaml:4:16: limits.fuel: 0 is out of range; limit 1 to")]
    [TestCase("limits: {fuel: 5X}", "limits.fuel: \"5X\" is not a whole number")]
    [TestCase("limits: {fuel: -5}", "limits.fuel: \"-5\" is not a whole number")]
    [TestCase("limits: {fuel: 1.5G}", "limits.fuel: \"1.5G\" is not a whole number")]
    [TestCase("limits: {fuel: 99999999T}", "limits.fuel: \"99999999T\" is not a whole number")]
    [TestCase("limits: {fuel: ''}", "limits.fuel: \"\" is not a whole number")]
    [TestCase("limits: {memory: 64}", "limits.memory: \"64\" is not a size with a unit")]
    [TestCase("limits: {memory: 64mib}", "limits.memory: \"64mib\" is not a size with a unit")]
    [TestCase("limits: {memory: 5GiB}", "limits.memory: 5GiB is out of range; limit 64KiB to 4GiB")]
    [TestCase("limits: {memory: 1KiB}", "limits.memory: 1KiB is out of range")]
    [TestCase("limits: {wall: 30}", "limits.wall: \"30\" is not a duration with a unit")]
    [TestCase("limits: {wall: 8d}", "limits.wall: 8d is out of range; limit 1ms to 7d")]
    [TestCase("limits: {output: 65MiB}", "limits.output: 65MiB is out of range; limit 1B to 64MiB")]
    [TestCase("limits: {cpu: 1}", "limits.cpu: unknown key; known are work, processes, memory, fuel, wall, output")]
    [TestCase("limits: 5", "limits: expected keys with values")]
    [TestCase("limits: {fuel: [1]}", "limits.fuel: expected a text or a number")]
    [TestCase("limits: {fuel: }", "limits.fuel: expected a text or a number")]
    [TestCase("args: text", "args: expected a list")]
    [TestCase("args: [[a]]", "args: expected a text or a number")]
    [TestCase("env: [a]", "env: expected keys with values")]
    [TestCase("env: {'A=B': c}", "env: \"A=B\" is not a name of a variable")]
    [TestCase("inputs: [none.txt]", "job.yaml:4:10: inputs: there is no file")]
    [TestCase("inputs: [in.txt, in.txt]", "inputs: the name in.txt stands twice")]
    [TestCase("inputs: [{path: in.txt, name: a/b}]", "inputs: \"a/b\" is not a plain file name")]
    [TestCase("inputs: [{path: in.txt, as: b}]", "inputs.as: unknown key")]
    [TestCase("inputs: [{path: in.txt, public: yes}]", "job.yaml:4:33: inputs.public: \"yes\" is neither true nor false")]
    [TestCase("inputs: [{path: in.txt, public: [true]}]", "job.yaml:4:33: inputs.public: expected a text")]
    [TestCase("inputs: [{path: in.txt, publik: true}]", "job.yaml:4:25: inputs.publik: unknown key; did you mean public?")]
    [TestCase("public: true", "job.yaml:4:1: public: unknown key")]
    [TestCase("inputs: [{name: b}]", "inputs.path: missing")]
    [TestCase("inputs: [[a]]", "inputs: expected a path")]
    [TestCase("outputs: [../x]", "outputs: \"../x\" is not a plain file name")]
    [TestCase("outputs: [a, a]", "outputs: a stands twice")]
    [TestCase("split: {input: other}", "split.input: other is not among the inputs")]
    [TestCase("inputs: [in.txt]\nsplit: {input: in.txt, by: words}", "split.by: \"words\" is not a way to split")]
    [TestCase("split: {by: lines}", "split.input: missing")]
    [TestCase("outputs: [a]\ngather: {kind: zip, file: x}", "gather.kind: \"zip\" is not a way to gather")]
    [TestCase("outputs: [a]\ngather: {kind: concat, output: b, file: x}", "gather.output: b is not among the outputs")]
    [TestCase("outputs: [a]\ngather: {kind: concat, file: a/x}", "gather.file: \"a/x\" is not a plain file name")]
    [TestCase("outputs: [a]\ngather: {kind: concat}", "gather.file: missing")]
    [TestCase("outputs: [a, b]\ngather: {kind: concat, file: x}", "gather.output: missing")]
    [TestCase("needs: {runtime: native}", "needs.runtime: native programs are named by image or runtime in place of module")]
    [TestCase("needs: {runtime: gpu}", "needs.runtime: a GPU program has runtime: opencl@1")]
    [TestCase("needs: {isolation: native-strict}", "needs.isolation: \"native-strict\" is no class of wasm programs")]
    [TestCase("needs: {architecture: x64}", "needs.architecture: WebAssembly runs on every processor")]
    [TestCase("limits: {work: 1MiB}", "limits.work: is of native programs")]
    [TestCase("outputs: [a]\ncompare: {a: text}", "compare: a module is deterministic by itself")]
    [TestCase("determinism: exact", "determinism: a module is deterministic by itself")]
    [TestCase("image: tool", "image: a job has one program")]
    [TestCase("needs: {runtime: java}", "needs.runtime: \"java\" is not a runtime")]
    [TestCase("needs: {cores: 4}", "needs.cores: 4 is out of range; limit 1 to 1")]
    [TestCase("placement: {workers: [here]}", "placement.workers: \"here\" is neither a multiaddress")]
    [TestCase("placement: {workers: [/ip4/127.0.0.1/tcp/4001]}", "is neither a multiaddress with /p2p/PEER nor a peer id")]
    [TestCase("placement: {leases: 4}", "placement.leases: 4 is out of range; limit 1 to 3")]
    [TestCase("placement: {leases: 1, tasks-per-lease: 1}", "placement.tasks-per-lease: leases and tasks-per-lease say the same")]
    [TestCase("placement: {parallel: 0}", "placement.parallel: 0 is out of range; limit 1 to 1024")]
    [TestCase("placement: {tasks-per-lease: 2k}", "placement.tasks-per-lease: 2k is out of range; limit 1 to 1024")]
    [TestCase("verification: {by: panel}", "verification.by: panel is not available yet; write issuer or replicas")]
    [TestCase("verification: {by: draw}", "verification.by: draw is not available yet; write issuer or replicas")]
    [TestCase("verification: {by: output-checker}", "verification.by: output-checker is not available yet; write issuer or replicas")]
    [TestCase("verification: {by: nobody}", "verification.by: \"nobody\" is not a way to confirm")]
    [TestCase("retain: 59s", "retain: 59s is out of range; limit 1m to 30d")]
    [TestCase("retain: 31d", "retain: 31d is out of range; limit 1m to 30d")]
    [TestCase("deadline: 1ms", "deadline: 1ms is out of range; limit 1s to 7d")]
    [TestCase("price-ceiling: much", "price-ceiling: \"much\" is not a whole number")]
    [TestCase("tasks: 3", "not valid YAML: Duplicate key tasks")]
    [TestCase("args: [a", "not valid YAML")]
    [TestCase("\targs: [a]", "not valid YAML")]
    [TestCase("args: &a [x]", "an anchor; write the value out")]
    [TestCase("args: !!str x", "a tag; write the value without")]
    [TestCase("---\nname: b", "a second document")]
    public void What_is_wrong_is_named_with_its_place(string line, string message) =>
        Assert.That(Fails($"name: a\nmodule: m.wasm\ntasks: 3\n{line}\n"), Does.Contain(message).And.Match(@"^job\.yaml:\d+:\d+: "));

    [TestCase("runtime: debian-12", "runtime: \"debian-12\" is not a host runtime; write NAME@VERSION")]
    [TestCase("runtime: Debian@12", "is not a host runtime")]
    [TestCase("runtime: debian@12\nimage: tool", "a job has one program")]
    [TestCase("runtime: debian@12", "args: the first argument is the program, by its full path")]
    [TestCase("runtime: debian@12\nargs: [povray]", "args: the first argument is the program, by its full path")]
    [TestCase("image: sha256:12", "image: a digest is sha256: and 64 hexadecimal digits")]
    [TestCase("image: tool\nlimits: {fuel: 1M}", "limits.fuel: native programs have no fuel")]
    [TestCase("image: tool\nlimits: {processes: 5k}", "limits.processes: 5k is out of range; limit 1 to 4096")]
    [TestCase("image: tool\nneeds: {runtime: wasm}", "needs.runtime: image and runtime are native programs")]
    [TestCase("image: tool\nneeds: {isolation: wasm-strict}", "is no class of native programs")]
    [TestCase("image: tool\nneeds: {isolation: device-strict}", "is no class of native programs")]
    [TestCase("image: tool\nneeds: {card: nvidia, isolation: native-strict}", "is no class of device programs")]
    [TestCase("image: tool\nneeds: {card: matrox}", "needs.card: \"matrox\" is no maker of cards")]
    [TestCase("image: tool\nneeds: {architecture: mips}", "needs.architecture: \"mips\" is not a processor; write x64 or arm64")]
    [TestCase("image: tool\nneeds: {cores: 257}", "needs.cores: 257 is out of range; limit 1 to 256")]
    [TestCase("runtime: opencl@1\nargs: [p]\noutputs: [a/]", "outputs: a/ is a folder; GPU programs write files")]
    [TestCase("image: tool\ncheckpoint: {every: 1m}", "checkpoint.path: missing")]
    [TestCase("image: tool\ncheckpoint: {path: a/b}", "checkpoint.path: \"a/b\" is not a plain name of a folder")]
    [TestCase("image: tool\ncheckpoint: {path: ../x}", "checkpoint.path: \"../x\" is not a plain name")]
    [TestCase("image: tool\ncheckpoint: {path: .resume}", "checkpoint.path: \".resume\" is not a plain name")]
    [TestCase("image: tool\noutputs: [s]\ncheckpoint: {path: s}", "checkpoint.path: s is an output; give checkpoints a folder of their own")]
    [TestCase("image: tool\ncheckpoint: {path: s, every: 10ms}", "checkpoint.every: 10ms is out of range; limit 1s to 7d")]
    [TestCase("image: tool\ncheckpoint: {path: s, keep: 9}", "checkpoint.keep: 9 is out of range; limit 1 to 4")]
    [TestCase("image: tool\ncheckpoint: {path: s, max: 1GiB}", "checkpoint.max: 1GiB is out of range; limit 1B to 256MiB")]
    [TestCase("image: tool\ncheckpoint: {path: s, max: 65MiB}", "checkpoint.max: is more than the work folder that holds it has; raise limits.work")]
    [TestCase("image: tool\ncheckpoint: {path: s, grace: 2m}", "checkpoint.grace: 2m is out of range; limit 0ms to 1m")]
    [TestCase("image: tool\ncheckpoint: {path: s, often: 1}", "checkpoint.often: unknown key")]
    [TestCase("module: m.wasm\ncheckpoint: {path: s}", "checkpoint: is of native programs")]
    [TestCase("runtime: opencl@1\nargs: [a]\ncheckpoint: {path: s}", "checkpoint: GPU programs have no folder")]
    [TestCase("image: tool\noutputs: [a]\ncanonical: {b: png}", "canonical.b: b is not among the outputs")]
    [TestCase("image: tool\noutputs: [a]\ncanonical: {a: jpeg}", "canonical.a: \"jpeg\" is not a form; write png, netpbm, text, lines")]
    [TestCase("image: tool\ndeterminism: tolerant", "determinism: compare says of no output how far results may differ")]
    [TestCase("image: tool\noutputs: [a]\ncompare: {a: text}\ndeterminism: exact", "determinism: compare says how far results may differ; write tolerant")]
    [TestCase("image: tool\noutputs: [a]\ncompare: {a: text}\nverification: {by: issuer}",
        "verification.by: outputs that need not be equal are compared with each")]
    [TestCase("image: tool\noutputs: [a]\ncompare: {b: text}", "compare.b: b is neither among the outputs nor stdout")]
    [TestCase("image: tool\noutputs: [a]\ncompare: {a: close}", "compare.a: \"close\" is not a way to compare; write bytes, text, lines, {abs")]
    [TestCase("image: tool\noutputs: [a]\ncompare: {a: {psnr: 40, abs: 1}}", "compare.a: write one of bytes")]
    [TestCase("image: tool\noutputs: [a]\ncompare: {a: {psnr: 40.55}}", "compare.a.psnr: \"40.55\" is no number from 0.1 to 100 in steps of 0.1")]
    [TestCase("image: tool\noutputs: [a]\ncompare: {a: {ssim: 1.1}}", "compare.a.ssim: \"1.1\" is no number from 0.000001 to 1 in steps of")]
    [TestCase("image: tool\noutputs: [a]\ncompare: {a: {abs: near}}", "compare.a.abs: \"near\" is not a number such as 0.001 or 1e-9")]
    [TestCase("image: tool\noutputs: [a]\ncompare: {a: {rel: -1}}", "compare.a.rel: \"-1\" is below 0")]
    [TestCase("image: tool\ndeterminism: wasm", "determinism: write exact")]
    public void What_is_wrong_with_a_native_job_is_named(string lines, string message) =>
        Assert.That(Fails($"name: a\ntasks: 3\n{lines}\n"), Does.Contain(message).And.Not.Contain("module: missing"));

    [Test]
    public void Items_make_tasks_and_parts()
    {
        _folder.File("list", "a\nb\nc\nd\ne\n");
        const string Head = "name: n\nmodule: m.wasm\noutputs: [o]\ngather: {kind: items, file: all}\n";
        var lines = JobFile.Parse(Head + "inputs: [list, in.txt]\nsplit: {input: list, per-task: 2}", "job.yaml", _folder.Path);
        Assert.That((lines.Tasks, lines.Split!.Items, lines.Gather!.Kind), Is.EqualTo((3U, 5U, JobGatherKind.Items)));
        Assert.That(lines.InputsOfTasks().Select(static i => (i.Name, i.Offset, i.Length)),
            Is.EqualTo(new[] { ("list.0", 0L, 4L), ("list.1", 4L, 4L), ("list.2", 8L, 2L), ("in.txt", 0L, lines.InputsOfTasks()[3].Length) }));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "photos"));
        foreach (var name in new[] { "c", "a", "b" }) _folder.File("photos/" + name, name);
        var files = JobFile.Parse(Head + "inputs: [photos]\nsplit: {input: photos, by: files, per-task: 2}", "job.yaml", _folder.Path);
        Assert.That(files.InputsOfTasks().Select(static i => $"{i.Name} {string.Join(',', i.Files!)}"), Is.EqualTo(new[] { "photos.0/ a,b", "photos.1/ c" }));
    }

    [TestCase("f\n", 6)]
    [TestCase("f\ng\n", 7)]
    [TestCase("f", 6)]
    public void An_input_whose_items_change_before_they_are_cut_is_refused(string more, int items)
    {
        var path = _folder.File("growing", "a\nb\nc\nd\ne\n");
        const string Head = "name: n\nmodule: m.wasm\noutputs: [o]\n";
        var lines = JobFile.Parse(Head + "inputs: [growing]\nsplit: {input: growing, per-task: 2}", "job.yaml", _folder.Path);
        Assert.That(lines.InputsOfTasks(), Has.Count.EqualTo(3));
        File.AppendAllText(path, more);
        var said = $"had 5 items when the job file was read and has {items}";
        Assert.That(() => lines.InputsOfTasks(), Throws.InstanceOf<PeerComputeException>().With.Message.Contains(said));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "more"));
        _folder.File("more/a", "a");
        var files = JobFile.Parse(Head + "inputs: [more]\nsplit: {input: more, by: files, per-task: 2}", "job.yaml", _folder.Path);
        _folder.File("more/b", "b");
        Assert.That(() => files.InputsOfTasks(), Throws.InstanceOf<PeerComputeException>().With.Message.Contains("had 1 items"));
    }

    [TestCase("tasks: 2\nsplit: {input: in.txt, per-task: 2}", "tasks: follows from split.per-task")]
    [TestCase("split: {input: in.txt, by: bytes, per-task: 2}", "split.per-task: items are lines or files")]
    [TestCase("split: {input: in.txt, by: files, per-task: 2}", "split.by: in.txt is no folder; write lines or bytes")]
    [TestCase("split: {input: sub, by: lines, per-task: 2}", "split.by: sub is a folder; write files")]
    [TestCase("split: {input: sub, by: files, per-task: 2}", "split.input: it has no items: it is empty")]
    [TestCase("split: {input: many, per-task: 1}", "split.per-task: 300 parts and 2 other inputs, limit 256 together; take more items to a task")]
    [TestCase("tasks: 2\noutputs: [o]\ngather: {kind: items, file: x}", "gather.kind: items are those of split.per-task")]
    public void What_is_wrong_with_items_is_named(string lines, string message)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "sub"));
        _folder.File("many", string.Concat(Enumerable.Repeat("x\n", 300)));
        Assert.That(() => JobFile.Parse($"name: n\nmodule: m.wasm\ninputs: [in.txt, sub, many]\n{lines}", "job.yaml", _folder.Path),
            Throws.TypeOf<PeerComputeException>().With.Message.Contains(message));
    }

    [Test]
    public void A_native_job_says_how_far_its_results_may_differ()
    {
        var job = JobFile.Parse(
            "name: n\nimage: tool\ntasks: 1\noutputs: [a, b, c, d, e]\n"
            + "compare: {a: {abs: 1e-9, rel: 0.001}, b: {psnr: 45.5}, c: {ssim: 0.98}, d: lines, e: bytes, stdout: text}",
            "job.yaml", "/");
        Comparator[] expected =
        [
            new("a", Comparator.Numbers) { Absolute = "1e-9", Relative = "0.001" }, new("b", Comparator.Psnr) { Least = 455 },
            new("c", Comparator.Ssim) { Least = 980_000 }, new("d", Comparator.Lines), new("", Comparator.Text),
        ];
        Assert.That(job.Compare, Is.EqualTo(expected));
        Assert.That(job.Verification, Is.EqualTo(new JobVerification("replicas", 2)), "nobody else can confirm it");
    }

    [Test]
    public void A_native_job_names_its_root_its_limits_and_what_it_needs()
    {
        var job = Parse("""
            name: frames
            runtime: debian-12@12.11
            args: [/usr/bin/povray, +Iscene.pov]
            tasks: 2
            limits: {memory: 1GiB, work: 128MiB, processes: 8}
            needs: {cores: 4, isolation: native-strict}
            """);
        Assert.Multiple(() =>
        {
            Assert.That(job.Native, Is.EqualTo(new JobNative("", "debian-12@12.11", "x64")));
            Assert.That(job.Module, Is.Empty);
            Assert.That(job.Isolation, Is.EqualTo("native-strict"));
            Assert.That(job.Limits, Is.EqualTo(new JobLimits(1 << 30, 0, 60_000, 4 << 20) { WorkBytes = 128 << 20, Processes = 8, Cores = 4 }));
        });
        var digest = "sha256:" + new string('a', 64);
        var image = Parse($"name: a\nimage: {digest}\ntasks: 1\nneeds: {{architecture: arm64}}\n");
        Assert.That(image.Native, Is.EqualTo(new JobNative(digest, "", "arm64")));
        Assert.That(image.Limits, Is.EqualTo(new JobLimits(512 << 20, 0, 60_000, 4 << 20) { WorkBytes = 64 << 20, Processes = 64, Cores = 1 }));
    }

    [TestCase("", "the file holds no keys")]
    [TestCase("- a\n- b\n", "the file holds no keys")]
    [TestCase("just words", "the file holds no keys")]
    [TestCase("name: a\nmodule: m.wasm\n", "tasks: missing")]
    [TestCase("name: a\ntasks: 1\n", "module: missing")]
    [TestCase("module: m.wasm\ntasks: 1\n", "name: missing")]
    [TestCase("name: a\nmodule: none.wasm\ntasks: 1\n", "job.yaml:2:9: module: there is no file")]
    [TestCase("name: a\nmodule: m.wasm\ntasks: 0\n", "job.yaml:3:8: tasks: 0 is out of range; limit 1 to 100k")]
    [TestCase("name: a\nmodule: m.wasm\ntasks: 1M\n", "tasks: 1M is out of range")]
    public void What_is_missing_is_named(string text, string message) => Assert.That(Fails(text), Does.Contain(message));

    [Test]
    public void All_findings_come_together_in_order()
    {
        var lines = Fails("tasks: 0\nmodul: x\nlimits: {fuel: x, memory: y}\n").Split('\n');
        Assert.That(lines, Has.Length.EqualTo(6));
        Assert.That(lines[^1], Does.StartWith("job.yaml:3:"));
    }

    [Test]
    public void Findings_are_bounded_and_the_rest_is_counted()
    {
        var keys = string.Concat(Enumerable.Range(0, 50).Select(i => $"bad{i}: 1\n"));
        var lines = Fails("name: a\nmodule: m.wasm\ntasks: 1\n" + keys).Split('\n');
        Assert.That(lines, Has.Length.EqualTo(21));
        Assert.That(lines[^1], Is.EqualTo("job.yaml: and 30 more"));
    }

    [Test]
    public void A_file_nested_ten_thousand_deep_is_refused() =>
        Assert.That(Fails("a: " + new string('[', 10_000)), Does.Contain("nested deeper than 8 levels"));

    [Test]
    public void A_file_that_is_too_large_is_refused() => Assert.That(Fails(new string('a', 300_000)), Does.Contain("more than 262144 characters"));

    [Test]
    public void A_split_into_more_parts_than_inputs_fit_is_refused() =>
        Assert.That(
            Fails("name: a\nmodule: m.wasm\ntasks: 300\ninputs: [in.txt]\nsplit: {input: in.txt}\n"),
            Does.Contain("split.input: 300 parts and 0 other inputs, limit 256 together"));

    [Test]
    public void A_job_file_that_does_not_exist_is_not_found() =>
        Assert.That(Assert.Throws<PeerComputeException>(() => JobFile.Read(Path.Combine(_folder.Path, "none.yaml")))!.Code, Is.EqualTo(ErrorCode.NotFound));

    [Test]
    public void The_sample_of_the_ray_tracer_is_a_valid_job()
    {
        var root = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "PeerCompute.sln"))) root = root.Parent;
        var job = JobFile.Read(Path.Combine(root.FullName, "docs/samples/raytrace/job.yaml"));
        Assert.That(job.Tasks, Is.EqualTo(24));
        Assert.That(job.Gather!.Kind, Is.EqualTo(JobGatherKind.PpmBands));
    }

    private JobFile Parse(string text) => JobFile.Parse(text, "job.yaml", _folder.Path);

    private string Fails(string text)
    {
        var error = Assert.Throws<PeerComputeException>(() => Parse(text));
        Assert.That(error!.Code, Is.EqualTo(ErrorCode.BadInput));
        return error.Message;
    }
}
