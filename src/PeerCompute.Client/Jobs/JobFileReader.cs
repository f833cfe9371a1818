// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;
using PeerCompute.Wire.Leases;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PeerCompute.Client.Jobs;

/// <summary>Checks every key of a job file and reports all findings at once.</summary>
internal sealed class JobFileReader
{
    private const uint MaxWorkers = 64;
    private const uint MaxParallel = 1024;

    private static readonly string[] LaterVerification = ["panel", "draw", "output-checker"];

    private readonly JobFileErrors _errors;
    private readonly YamlMap _top;
    private readonly string _folder;

    private JobFileReader(JobFileErrors errors, YamlMappingNode top, string folder)
    {
        _errors = errors;
        _top = new YamlMap(top, "", errors, top.Start);
        _folder = folder;
    }

    /// <summary>Reads a job.</summary>
    public static JobFile Read(string text, string name, string folder)
    {
        var errors = new JobFileErrors(name);
        var top = YamlText.Load(text, errors);
        var job = top is null ? null : new JobFileReader(errors, top, folder).Job();
        return errors.IsEmpty ? job! : throw errors.ToException();
    }

    private JobFile Job()
    {
        var inputs = Inputs();
        var (split, tasks) = new SplitReader(_top).Read(inputs);
        var outputs = Outputs();
        var env = Env();
        var args = Args();
        var program = new ProgramReader(_top);
        var (cores, architecture, isolation, card) = program.Needs();
        var compare = new ComparatorReader(_top, program.IsNative).Read(outputs);
        var limits = program.Limits(cores);
        var job = new JobFile
        {
            Name = Name(),
            Native = program.Native(args) is { } native ? native with { Architecture = architecture, Card = card } : null,
            Module = program.IsNative ? "" : Existing("module", _top.Text("module"), _top.PlaceOf("module")),
            Isolation = isolation,
            Args = args,
            Env = env,
            Secrets = Secrets(env),
            Inputs = inputs,
            Split = split,
            Outputs = outputs,
            Canonical = program.Canonical(outputs),
            Compare = compare,
            Gather = Gather(outputs, split),
            Tasks = tasks,
            Limits = limits,
            Checkpoint = new CheckpointReader(_top, program.IsNative).Read(inputs, outputs, limits.WorkBytes),
            Placement = Placement(tasks),
            Verification = Verification(compare.Count > 0),
            DeadlineMs = _top.Value("deadline", 600_000, 1_000, WireLimits.WallMs, YamlUnit.Duration),
            RetainMs = _top.Value("retain", 14UL * 86_400_000, 60_000, PlacementTerms.RetainMsMost, YamlUnit.Duration),
            PriceCeiling = _top.Value("price-ceiling", 10_000, 0, WireLimits.PriceMicro, YamlUnit.Amount),
        };
        program.RefuseFolders(outputs);
        program.Determinism(compare.Count > 0);
        _top.Close();
        return job;
    }

    private string Name()
    {
        var name = _top.Text("name");
        if (Encoding.UTF8.GetByteCount(name) > WireLimits.NameBytes || name.Any(char.IsControl))
            _top.Fail("name", $"at most {WireLimits.NameBytes} bytes without control characters");
        return name;
    }

    private IReadOnlyList<string> Args()
    {
        var args = _top.Texts("args", WireLimits.SpecItems);
        if (args.Any(a => Encoding.UTF8.GetByteCount(a) > WireLimits.TextBytes))
            _top.Fail("args", $"an argument is longer than {WireLimits.TextBytes} bytes; use an input file");
        return args;
    }

    private List<(string, string)> Env()
    {
        var env = new List<(string, string)>();
        foreach (var (name, value, place) in _top.Map("env").Entries(WireLimits.SpecItems))
        {
            if (name.Length == 0 || name.Contains('=') || name.Contains('\0') || value.Contains('\0'))
                _errors.Add(place, "env", $"\"{name}\" is not a name of a variable");
            else if (Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value) >= WireLimits.TextBytes)
                _errors.Add(place, $"env.{name}", $"longer than {WireLimits.TextBytes} bytes; use an input file");
            env.Add((name, value));
        }

        return env;
    }

    private List<SecretSource> Secrets(List<(string Name, string Value)> env)
    {
        var secrets = new List<SecretSource>();
        var map = _top.Map("secrets");
        foreach (var name in map.Names(JobSecrets.ItemsMost))
        {
            var source = map.Map(name);
            var (file, from) = (source.Text("file", ""), source.Text("env", ""));
            source.Close();
            if (JobSecrets.WrongName(name).Length > 0 || Encoding.UTF8.GetByteCount(name) > WireLimits.NameBytes)
                map.Fail(name, $"\"{name}\" is not a name of a variable");
            else if (env.Exists(known => known.Name == name)) map.Fail(name, "stands in env too; give one of them");
            else if (file.Length > 0 == from.Length > 0) map.Fail(name, "give either file: PATH or env: VARIABLE; the value itself has no place in a job file");
            secrets.Add(new SecretSource(name, file.Length > 0 ? Existing(map.Full(name), file, map.PlaceOf(name)) : null, from));
        }

        return secrets;
    }

    private List<NamedInput> Inputs()
    {
        var inputs = new List<NamedInput>();
        foreach (var item in _top.List("inputs", WireLimits.SpecItems))
        {
            string path, name;
            var isPublic = false;
            if (item is YamlScalarNode { Value: { } text })
            {
                path = text;
                name = NameOf(text);
            }
            else if (item is YamlMappingNode mapping)
            {
                var map = new YamlMap(mapping, "inputs", _errors, mapping.Start);
                path = map.Text("path");
                name = map.Text("name", NameOf(path));
                isPublic = map.Flag("public");
                map.Close();
            }
            else
            {
                _errors.Add(item.Start, "inputs", "expected a path, or name, path and public");
                continue;
            }

            CheckFileName(name, "inputs", item.Start);
            if (inputs.Exists(i => FolderNames.Plain(i.Name) == name))
                _errors.Add(item.Start, "inputs", $"the name {name} stands twice; give one of them another name");
            var existing = Existing("inputs", path, item.Start);
            inputs.Add(new NamedInput(Directory.Exists(existing) ? name + FolderNames.Mark : name, existing, isPublic));
        }

        return inputs;
    }

    private List<string> Outputs()
    {
        var outputs = new List<string>();
        foreach (var name in _top.Texts("outputs", WireLimits.SpecItems))
        {
            CheckFileName(FolderNames.Plain(name), "outputs", _top.PlaceOf("outputs"));
            if (outputs.Exists(known => FolderNames.Plain(known) == FolderNames.Plain(name))) _top.Fail("outputs", $"{name} stands twice");
            outputs.Add(name);
        }

        return outputs;
    }

    private JobGather? Gather(List<string> outputs, JobSplit? split)
    {
        if (!_top.Has("gather")) return null;
        var map = _top.Map("gather");
        var kind = map.Text("kind");
        var standard = outputs.Count == 1 ? outputs[0] : null;
        if (kind == "none")
        {
            _ = map.Text("output", "");
            _ = map.Text("file", "");
            map.Close();
            return null;
        }

        var output = map.Text("output", standard);
        var file = map.Text("file");
        map.Close();
        JobGatherKind? known = kind switch
        {
            "concat" => JobGatherKind.Concat,
            "items" => JobGatherKind.Items,
            "ppm-bands" => JobGatherKind.PpmBands,
            _ => null,
        };
        if (map.Has("kind") && known is null) map.Fail("kind", $"\"{kind}\" is not a way to gather; write none, concat, items or ppm-bands");
        if (known == JobGatherKind.Items && split is not { Items: > 0 }) map.Fail("kind", "items are those of split.per-task; give it, or write concat");
        if (output.Length > 0 && !outputs.Contains(output)) map.Fail("output", $"{output} is not among the outputs");
        if (FolderNames.IsFolder(output)) map.Fail("output", $"{output} is a folder; gather a file");
        if (map.Has("file")) CheckFileName(file, map.Full("file"), map.PlaceOf("file"));
        return new JobGather(known ?? JobGatherKind.Concat, output, file);
    }

    private JobPlacement Placement(uint tasks)
    {
        var map = _top.Map("placement");
        var workers = map.Texts("workers", (int)MaxWorkers);
        foreach (var worker in workers)
        {
            if (!IsWorker(worker))
                map.Fail("workers", $"\"{worker}\" is neither a multiaddress with /p2p/PEER nor a peer id; the worker's `peercompute id` prints both");
        }

        var leases = (uint)map.Value("leases", 0, map.Has("leases") ? 1u : 0, tasks, YamlUnit.Amount);
        var tasksPerLease = (uint)map.Value("tasks-per-lease", 0, map.Has("tasks-per-lease") ? 1u : 0, WireLimits.TasksPerLease, YamlUnit.Amount);
        var parallel = (uint)map.Value("parallel", 0, map.Has("parallel") ? 1u : 0, MaxParallel, YamlUnit.Amount);
        if (leases > 0 && tasksPerLease > 0) map.Fail("tasks-per-lease", "leases and tasks-per-lease say the same; give one of them");
        else if (leases > 0 && (tasks + leases - 1) / leases > WireLimits.TasksPerLease)
            map.Fail("leases", $"{tasks} tasks in {leases} leases are more than {WireLimits.TasksPerLease} a lease; ask for more leases");
        map.Close();
        return new JobPlacement(workers, leases, tasksPerLease, parallel);
    }

    private JobVerification Verification(bool isTolerant)
    {
        var map = _top.Map("verification");
        var by = map.Text("by", isTolerant || map.Has("replicas") ? "replicas" : "issuer");
        const uint least = VerificationTerms.ReplicasLeast;
        var replicas = (uint)map.Value("replicas", least, least, VerificationTerms.ReplicasMost, YamlUnit.Amount);
        if (LaterVerification.Contains(by)) map.Fail("by", $"{by} is not available yet; write issuer or replicas");
        else if (by is not ("issuer" or "replicas")) map.Fail("by", $"\"{by}\" is not a way to confirm; write issuer or replicas");
        else if (by == "issuer" && map.Has("replicas")) map.Fail("replicas", "the issuer confirms alone; write by: replicas, or leave replicas out");
        else if (by == "issuer" && isTolerant) map.Fail("by", "outputs that need not be equal are compared with each other; write replicas");
        map.Close();
        return new JobVerification(by, by == "replicas" ? replicas : 0);
    }

    private static string NameOf(string path) => Path.GetFileName(path.TrimEnd('/'));

    private static bool IsWorker(string text)
    {
        try
        {
            if (text.StartsWith('/')) return !Multiaddr.Parse(text).Peer.IsNone;
            PeerId.Parse(text);
            return true;
        }
        catch (WireException)
        {
            return false;
        }
    }

    private void CheckFileName(string name, string key, Mark place)
    {
        if (name is "" or "." or ".." || name.IndexOfAny(['/', '\\']) >= 0 || name.Any(char.IsControl)
            || Encoding.UTF8.GetByteCount(name) > WireLimits.NameBytes)
            _errors.Add(place, key, $"\"{name}\" is not a plain file name (no folders, no control characters, at most {WireLimits.NameBytes} bytes)");
    }

    private string Existing(string key, string path, Mark place)
    {
        if (path.Length == 0) return "";
        if (path.Contains('\0'))
        {
            _errors.Add(place, key, "not a path");
            return "";
        }

        var full = Path.GetFullPath(path, _folder);
        if (key == "inputs" && Directory.Exists(full)) return full;
        if (!File.Exists(full)) _errors.Add(place, key, $"there is no file {full}");
        else if (new FileInfo(full).Length > (long)WireLimits.BlobBytes)
            _errors.Add(place, key, $"{path} is larger than {Units.Size(WireLimits.BlobBytes)}; cut it into several files");
        return full;
    }
}
