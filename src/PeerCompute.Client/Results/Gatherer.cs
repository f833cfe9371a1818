// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Client.Jobs;

namespace PeerCompute.Client.Results;

/// <summary>Puts the outputs of all tasks together.</summary>
public static class Gatherer
{
    /// <summary>Gathers files into one.</summary>
    /// <param name="kind">Concatenation, also of items, or bands of a picture; a target that ends in <c>.png</c> becomes a PNG, else a binary PPM.</param>
    /// <param name="files">One file per task, in order of the tasks.</param>
    /// <param name="target">Path of the whole; replaced when it is there.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: a file is no band, or bands do not fit.</exception>
    public static void Gather(GatherKind kind, IReadOnlyList<string> files, string target)
    {
        using var output = File.Create(target);
        if (kind is GatherKind.Concat or GatherKind.Items) Concat(files, output, lines: kind == GatherKind.Items);
        else if (kind == GatherKind.PpmBands) Bands(files, output, target.EndsWith(".png", StringComparison.OrdinalIgnoreCase));
        else throw new PeerComputeException(ErrorCode.BadInput, $"The way to gather, {kind}, is not known to this version.");
    }

    /// <summary>Tasks whose output has not as many lines as the task has items.</summary>
    /// <param name="gather">How many items there are, and how many of them a task has.</param>
    /// <param name="files">One file per task, in order of the tasks.</param>
    /// <returns>Of each such task a line that names its items, counted from 1.</returns>
    public static IReadOnlyList<string> MissingItems(Gather gather, IReadOnlyList<string> files)
    {
        var missing = new List<string>();
        for (var task = 0; task < files.Count; task++)
        {
            var (first, last) = ItemsOf(gather, (uint)task);
            var lines = InputSplitter.CountLines(files[task]);
            if (lines != last - first + 1) missing.Add($"task {task} gave {lines} lines for items {first} to {last}");
        }

        return missing;
    }

    /// <summary>The items of a task, counted from 1.</summary>
    /// <param name="gather">How many items there are, and how many of them a task has.</param>
    /// <param name="task">Its index.</param>
    /// <returns>First and last one.</returns>
    public static (long First, long Last) ItemsOf(Gather gather, uint task)
        => (((long)task * gather.ItemsPerTask) + 1, Math.Min((task + 1L) * gather.ItemsPerTask, gather.Items));

    private static void Concat(IReadOnlyList<string> files, Stream output, bool lines)
    {
        foreach (var file in files)
        {
            using var part = File.OpenRead(file);
            part.CopyTo(output);
            if (!lines || part.Length == 0) continue;
            part.Position = part.Length - 1;
            if (part.ReadByte() != '\n') output.WriteByte((byte)'\n');
        }
    }

    private static void Bands(IReadOnlyList<string> files, Stream output, bool png)
    {
        // Bands are read twice rather than held all at once: first for their heights, then for their pixels.
        var width = 0;
        var height = 0;
        foreach (var file in files)
        {
            var band = Read(file);
            if (width != 0 && band.Width != width)
                throw new PeerComputeException(ErrorCode.BadInput,
                    $"{file} is {band.Width} pixels wide, the bands before it {width}; bands of one picture have one width.");
            width = band.Width;
            height = checked(height + band.Rows);
        }

        if (height is 0 or > PpmBand.MaxSide)
            throw new PeerComputeException(ErrorCode.BadInput, $"The bands have {height} rows together; 1 to {PpmBand.MaxSide} can be gathered.");
        if (!png) output.Write(System.Text.Encoding.ASCII.GetBytes($"P6\n{width} {height}\n255\n"));
        using var picture = png ? new PngWriter(output, width, height) : null;
        foreach (var file in files)
        {
            var band = Read(file);
            if (picture is null) output.Write(band.Pixels.Span);
            for (var row = 0; picture is not null && row < band.Rows; row++) picture.Row(band.Pixels.Span.Slice(row * width * 3, width * 3));
        }

        picture?.Complete();
    }

    private static PpmBand Read(string file) => PpmBand.Read(File.ReadAllBytes(file), file);
}
