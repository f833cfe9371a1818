// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Demo.Sales;
using PeerCompute.Client.Jobs;

namespace PeerCompute.Cli.Demo;

/// <summary>The jobs of a demo: the picture, the sales, and the viewer's own program where there is one.</summary>
internal sealed class DemoJobs
{
    /// <summary>Most fuel of the demo's own two jobs, all replicas together.</summary>
    public const long MostFuel = 5_000_000_000;

    private const long MostFuelOfPicture = 1_500_000_000;
    private const long MostFuelOfSales = 800_000_000;
    private const ulong FuelOfAnotherScene = 1UL << 34;
    private const int MostSceneBytes = 1 << 20;
    private const long MostModuleBytes = 64 << 20;
    private const uint TasksOfModule = 8;

    private DemoJobs(DemoJob picture, DemoJob sales, SalesJob table, DemoJob? module)
    {
        (Picture, Sales, Table) = (picture, sales, table);
        All = module is null ? [picture, sales] : [picture, sales, module];
    }

    /// <summary>A picture, ray-traced in bands.</summary>
    public DemoJob Picture { get; }

    /// <summary>A year's sales, added up in parts.</summary>
    public DemoJob Sales { get; }

    /// <summary>The files of <see cref="Sales"/>.</summary>
    public SalesJob Table { get; }

    /// <summary>All jobs.</summary>
    public IReadOnlyList<DemoJob> All { get; }

    /// <summary>Tasks of all jobs.</summary>
    public long Tasks => All.Sum(static j => (long)j.File.Tasks);

    /// <summary>Tasks accepted so far.</summary>
    public long Accepted => All.Sum(static j => (long)j.Accepted);

    /// <summary>Lays the jobs out.</summary>
    /// <param name="options">The viewer's scene and program.</param>
    /// <param name="folder">Where inputs go.</param>
    /// <exception cref="PeerComputeException">The viewer's files cannot be used.</exception>
    public static DemoJobs Prepare(DemoOptions options, DemoFolder folder)
    {
        var picture = JobFile.Read(Path.Combine(AppContext.BaseDirectory, "samples", "raytrace", "job.yaml"));
        if (options.Scene is { } scene)
        {
            Check("--scene", scene, MostSceneBytes);
            picture = picture with
            {
                Inputs = [new NamedInput("scene.txt", Path.GetFullPath(scene), false)],
                Limits = picture.Limits with { Fuel = FuelOfAnotherScene },
            };
        }

        var module = options.Module is { } file ? new DemoJob(ModuleJob(file, picture), null) : null;
        var sales = SalesJob.Prepare(folder.In("sales"), options.Seed);
        return new DemoJobs(
            new DemoJob(picture, options.Scene is null ? MostFuelOfPicture : null), new DemoJob(JobFile.Read(sales.JobFile), MostFuelOfSales), sales, module);
    }

    private static JobFile ModuleJob(string module, JobFile like)
    {
        Check("--module", module, MostModuleBytes);
        using var file = File.OpenRead(module);
        Span<byte> magic = stackalloc byte[4];
        if (file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length || !magic.SequenceEqual("\0asm"u8))
            throw new PeerComputeException(ErrorCode.BadInput, $"--module {module} is no WebAssembly module: it does not begin with the bytes 00 61 73 6d.");
        return like with
        {
            Name = "module",
            Module = Path.GetFullPath(module),
            Args = ["{index}", "{count}"],
            Inputs = [],
            Outputs = [],
            Gather = null,
            Tasks = TasksOfModule,
            Limits = like.Limits with { Fuel = FuelOfAnotherScene },
        };
    }

    private static void Check(string option, string path, long most)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length is 0 || file.Length > most)
                throw new PeerComputeException(ErrorCode.BadInput, $"{option} {path} has {file.Length} bytes; 1 to {most} can be used.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PeerComputeException(ErrorCode.NotFound, $"{option}: there is no file {path}. Check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{option} {path} cannot be read: {e.Message}", e);
        }
    }
}
