// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Client.Jobs;

/// <summary>
/// Reads of a job file how outputs are compared whose bytes may differ: <c>compare: {table.csv: {rel: 1e-6}, frame.png: {psnr: 45}, log.txt: lines}</c>.
/// </summary>
/// <param name="top">The job file.</param>
/// <param name="isNative">Whether its program is a native one.</param>
internal sealed class ComparatorReader(YamlMap top, bool isNative)
{
    private const string Stdout = "stdout", Ways = "bytes, text, lines, {abs: …, rel: …}, {psnr: …} or {ssim: …}";

    /// <summary>The comparators; outputs that are compared byte for byte have none.</summary>
    /// <param name="outputs">Names of outputs.</param>
    public IReadOnlyList<Comparator> Read(List<string> outputs)
    {
        var map = top.Map("compare");
        var comparators = new List<Comparator>();
        foreach (var name in map.Names(WireLimits.SpecItems))
        {
            if (name != Stdout && !outputs.Contains(name)) map.Fail(name, $"{name} is neither among the outputs nor {Stdout}");
            else if (FolderNames.IsFolder(name)) map.Fail(name, $"{name} is a folder; folders are compared byte for byte");
            if (One(map, name, name == Stdout && !outputs.Contains(name) ? "" : name) is { } comparator) comparators.Add(comparator);
        }

        if (comparators.Count > 0 && !isNative) top.Fail("compare", "a module is deterministic by itself: its results are equal byte for byte; leave it out");
        return comparators;
    }

    private static Comparator? One(YamlMap map, string name, string output)
    {
        if (map.IsText(name))
        {
            var way = map.Text(name);
            if (way is Comparator.Text or Comparator.Lines) return new Comparator(output, way);
            if (way != "bytes") map.Fail(name, $"\"{way}\" is not a way to compare; write {Ways}");
            return null;
        }

        var entry = map.Map(name);
        var (isPsnr, isSsim, isNumbers) = (entry.Has("psnr"), entry.Has("ssim"), entry.Has("abs") || entry.Has("rel"));
        if ((isPsnr ? 1 : 0) + (isSsim ? 1 : 0) + (isNumbers ? 1 : 0) != 1) map.Fail(name, $"write one of {Ways}");
        var (absolute, relative) = (Tolerance(entry, "abs"), Tolerance(entry, "rel"));
        var (decibel, similarity) = (Scaled(entry, "psnr", 10, Comparator.PsnrMost), Scaled(entry, "ssim", 1_000_000, Comparator.SsimMost));
        entry.Close();
        return isPsnr ? new Comparator(output, Comparator.Psnr) { Least = decibel }
            : isSsim ? new Comparator(output, Comparator.Ssim) { Least = similarity }
            : new Comparator(output, Comparator.Numbers) { Absolute = absolute, Relative = relative };
    }

    private static string Tolerance(YamlMap entry, string name)
    {
        if (!entry.Has(name)) return "";
        var text = entry.Text(name);
        if (Comparator.WrongTolerance(text) is not { Length: > 0 } wrong) return text;
        entry.Fail(name, $"\"{text}\" {wrong}");
        return "";
    }

    /// <summary>A decimal number as a whole number of parts.</summary>
    private static uint Scaled(YamlMap entry, string name, uint parts, uint most)
    {
        if (!entry.Has(name)) return 0;
        var text = entry.Text(name);
        var isNumber = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        var scaled = isNumber && number <= most ? number * parts : 0;
        if (scaled >= 1 && scaled <= most && decimal.Truncate(scaled) == scaled) return (uint)scaled;
        var (least, largest) = (1m / parts, (decimal)most / parts);
        entry.Fail(name, string.Create(CultureInfo.InvariantCulture, $"\"{text}\" is no number from {least} to {largest} in steps of {least}"));
        return 1;
    }
}
