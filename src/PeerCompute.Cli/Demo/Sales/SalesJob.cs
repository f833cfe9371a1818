// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Demo.Sales;

/// <summary>The demo's second job, in a folder of its own: docs/samples/csv with an input from a seed.</summary>
/// <param name="Folder">The folder.</param>
internal sealed record SalesJob(string Folder)
{
    /// <summary>The job file.</summary>
    public string JobFile => Path.Combine(Folder, "job.yaml");

    /// <summary>The input.</summary>
    public string Input => Path.Combine(Folder, "sales.csv");

    /// <summary>Lays the job out.</summary>
    /// <param name="folder">Where; made when missing.</param>
    /// <param name="seed">Everything that chance decides in the input follows from it.</param>
    /// <returns>The job.</returns>
    public static SalesJob Prepare(string folder, ulong seed)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in (string[])["job.yaml", "sales.wasm", "check.awk"])
            File.Copy(Path.Combine(AppContext.BaseDirectory, "samples", "csv", file), Path.Combine(folder, file), overwrite: true);
        var job = new SalesJob(folder);
        using var input = File.Create(job.Input);
        SalesInput.Write(input, seed, SalesInput.Rows);
        return job;
    }

    /// <summary>Adds up the whole input by a tool that is none of ours: awk, which every Debian has.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its table, to be compared with <see cref="SalesTable"/>; or null, and why there is none.</returns>
    public async Task<(string? Table, string Reason)> CheckAsync(CancellationToken cancellationToken)
    {
        if (Tools.Find("awk") is not { } awk) return (null, "awk is not on the PATH");
        try
        {
            return (await Tools.OutputAsync(awk, ["-f", Path.Combine(Folder, "check.awk"), Input], "", cancellationToken), "");
        }
        catch (PeerComputeException failed)
        {
            return (null, failed.Message);
        }
    }
}
