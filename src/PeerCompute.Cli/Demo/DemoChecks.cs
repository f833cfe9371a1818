// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Cli.Demo.Sales;
using PeerCompute.Trust.Receipts;

namespace PeerCompute.Cli.Demo;

/// <summary>What the demo checks of its own results with what is none of its own, and what came of it.</summary>
internal sealed record DemoChecks
{
    /// <summary>The task of the picture that V8 computed again.</summary>
    public required uint Tile { get; init; }

    /// <summary>Its output's hash by the receipt.</summary>
    public required Hash32 Receipted { get; init; }

    /// <summary>Its output's hash by V8; null where V8 did not run.</summary>
    public required Hash32? Recomputed { get; init; }

    /// <summary>Why V8 did not run.</summary>
    public required string WhyNotRecomputed { get; init; }

    /// <summary>The sales as one table.</summary>
    public required string TablePath { get; init; }

    /// <summary>Whether awk's table is the same; null where awk did not run.</summary>
    public required bool? SameAsAwk { get; init; }

    /// <summary>Why awk did not run.</summary>
    public required string WhyNoAwk { get; init; }

    /// <summary>A copy of the picture's receipt with one byte changed.</summary>
    public required string FlippedPath { get; init; }

    /// <summary>The byte that was changed.</summary>
    public required int FlippedByte { get; init; }

    /// <summary>What <c>verify</c> says of the copy.</summary>
    public required IReadOnlyList<ReceiptProblem> Flipped { get; init; }

    /// <summary>Makes every check.</summary>
    /// <param name="jobs">The jobs, saved.</param>
    /// <param name="plan">Which tile, which byte.</param>
    /// <param name="folder">Where files go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<DemoChecks> RunAsync(DemoJobs jobs, DemoPlan plan, DemoFolder folder, CancellationToken cancellationToken)
    {
        var tile = plan.Tile(jobs.Picture.File.Tasks);
        var (output, why) = await V8Recompute.RunAsync(jobs.Picture.File, tile, cancellationToken);
        var table = SalesTable.Combine(await File.ReadAllTextAsync(jobs.Sales.Results.Gathered!, cancellationToken)).ToString();
        var path = folder.In("sales", "table.csv");
        await File.WriteAllTextAsync(path, table, cancellationToken);
        var (awk, whyNot) = await jobs.Table.CheckAsync(cancellationToken);
        var receipt = await File.ReadAllBytesAsync(jobs.Picture.Results.Receipt!, cancellationToken);
        var at = plan.Byte(receipt.Length);
        receipt[at] ^= 1;
        var copy = folder.In("flipped.receipt");
        await File.WriteAllBytesAsync(copy, receipt, cancellationToken);
        return new DemoChecks
        {
            Tile = tile,
            Receipted = jobs.Picture.Receipt.Receipt!.TaskList[(int)tile].OutputHash,
            Recomputed = output,
            WhyNotRecomputed = why,
            TablePath = path,
            SameAsAwk = awk is null ? null : awk == table,
            WhyNoAwk = whyNot,
            FlippedPath = copy,
            FlippedByte = at,
            Flipped = ReceiptCheck.Verify(receipt).Problems,
        };
    }
}
