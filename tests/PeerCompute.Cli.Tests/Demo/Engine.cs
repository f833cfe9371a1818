// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Client.Jobs;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Node.Runs;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Cli.Tests.Demo;

/// <summary>Runs tasks of a job file as a worker does: in a sandboxed child of the built program, without a network.</summary>
internal sealed class Engine : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pc-engine-");
    private readonly WasmExecutor _executor = new(new SandboxOptions
    {
        Command = SandboxCommand.ForAssembly(Tool.Program + ".dll"),
        StartTimeout = TimeSpan.FromMinutes(1),
    });

    /// <summary>Runs some tasks of a job in one lease.</summary>
    public async Task<List<Result>> RunAsync(JobFile job, params uint[] tasks)
    {
        var inputs = new List<KeyValuePair<string, string>>();
        foreach (var input in job.InputsOfTasks())
        {
            var path = Path.Combine(_folder.FullName, $"input-{inputs.Count}");
            await using var source = File.OpenRead(input.Path);
            source.Position = input.Offset;
            var part = new byte[input.Length];
            await source.ReadExactlyAsync(part);
            await File.WriteAllBytesAsync(path, part);
            inputs.Add(new(input.Name, path));
        }

        await using var lease = await _executor.StartAsync(
            new LeaseRunSpec
            {
                ModulePath = job.Module,
                Inputs = inputs,
                MemoryBytes = (long)job.Limits.MemoryBytes,
                FuelPerTask = (long)job.Limits.Fuel,
                WallPerTask = TimeSpan.FromMilliseconds(job.Limits.WallMs),
                OutputBytes = (long)job.Limits.OutputBytes,
                WorkRoot = _folder.FullName,
            },
            CancellationToken.None);
        var results = new List<Result>();
        foreach (var task in tasks)
        {
            var spec = new TaskSpec
            {
                Index = task,
                Arguments = JobSpec.ArgsOf(job.Args, task, job.Tasks),
                Environment = [.. job.Env.Select(e => $"{e.Name}={e.Value}")],
                OutputNames = job.Outputs,
            };
            var report = await lease.RunTaskAsync(spec, null, CancellationToken.None);
            results.Add(new Result(report, await RunDirector.BundleAsync(report, [], CancellationToken.None)));
        }

        return results;
    }

    public void Dispose()
    {
        _executor.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>What a task gave.</summary>
    internal sealed record Result(TaskReport Report, TaskBundle Bundle)
    {
        /// <summary>The task's output hash, as receipts name it.</summary>
        public Hash32 Hash { get; } = Hash32.Of(Bundle.Encode());

        /// <summary>The text of the only output.</summary>
        public string Text => System.Text.Encoding.UTF8.GetString(Bundle.Files.Single().Content.Span);
    }
}
