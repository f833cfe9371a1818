// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Base.States;
using PeerCompute.Execution.Guests;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Checkpoints;

/// <summary>
/// Takes checkpoints of a program that runs: looks at its folder, and packs it where three looks, before and behind the reading, show the same files.
/// All that lies there is a stranger's.
/// </summary>
/// <param name="work">The work folder, held.</param>
/// <param name="plan">What is looked at, how often, and where checkpoints go.</param>
internal sealed class CheckpointTaker(HeldFolder work, CheckpointPlan plan)
{
    /// <summary>Between two looks that must show the same: a program that writes slowly is not caught in the middle by one look.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Bytes of checkpoints in a second, in the long run: each is read, hashed, encrypted and written outside of the program's own bounds, by a host that
    /// belongs to somebody else. What is larger is taken less often than its job says.
    /// </summary>
    private const long BytesPerSecond = 32 << 20;

    private List<ScannedEntry>? _taken;
    private string _refused = "";
    private int _number;

    /// <summary>Takes checkpoints until it is told to stop.</summary>
    /// <param name="over">Ends it.</param>
    public async Task RunAsync(CancellationToken over)
    {
        for (TimeSpan rest = plan.Every; ;)
        {
            await Task.Delay(rest, over).ConfigureAwait(false);
            rest = plan.Every;
            if (Look() is not { } first || Same(first, _taken)) continue;
            await Task.Delay(Calm < plan.Every ? Calm : plan.Every, over).ConfigureAwait(false);
            if (Look() is not { } second || !Same(first, second)) continue;
            Take(second, over);
            double seconds = (double)second.Sum(static entry => entry.Length) / BytesPerSecond;
            if (seconds > rest.TotalSeconds) rest = TimeSpan.FromSeconds(seconds);
        }
    }

    /// <summary>Takes the last one, of a program that has ended; nobody writes any more.</summary>
    public void TakeLast()
    {
        if (Look() is not { } found || Same(found, _taken)) return;
        foreach (string stale in Directory.EnumerateFiles(plan.Drop, "*" + CheckpointPlan.Pack)) File.Delete(stale);
        Take(found, CancellationToken.None);
    }

    private static bool Same(List<ScannedEntry> found, List<ScannedEntry>? before) => before is not null && found.SequenceEqual(before);

    /// <summary>What lies there, sorted; null where nothing does, or it cannot be a checkpoint.</summary>
    private List<ScannedEntry>? Look()
    {
        List<ScannedEntry>? found = FolderScan.Of(
            work, plan.Folder, static name => name.EndsWith(CheckpointPlan.Unfinished, StringComparison.Ordinal),
            FolderNames.EntriesMost, FolderNames.DepthMost - 1, out string refusal);
        if (found is null or { Count: 0 })
        {
            if (refusal.Length > 0) Refuse(refusal);
            return null;
        }

        long bytes = 0;
        foreach (ScannedEntry entry in found)
        {
            if (bytes <= plan.MostBytes) bytes += Math.Min(entry.Length, plan.MostBytes + 1);
        }

        if (bytes > plan.MostBytes)
        {
            Refuse($"its files have more than {plan.MostBytes} bytes; raise checkpoint.max in the job file, or write less into {plan.Folder}");
            return null;
        }

        found.Sort(static (a, b) => FolderManifest.Compare(a.Path, b.Path));
        return found;
    }

    private void Take(List<ScannedEntry> found, CancellationToken over)
    {
        if (Directory.EnumerateFiles(plan.Drop, "*" + CheckpointPlan.Pack).Any()) return; // the one before is still there
        string unfinished = Path.Combine(plan.Drop, Name(CheckpointPlan.Unfinished));
        try
        {
            if (Pack(found, unfinished, over) && Look() is { } after && Same(found, after))
            {
                File.Move(unfinished, Path.Combine(plan.Drop, Name(CheckpointPlan.Pack)));
                (_taken, _refused) = (found, "");
                _number++;
            }
        }
        catch (WireException broken)
        {
            Refuse(broken.Message);
        }
        catch (NotSupportedException)
        {
            // What was a file is a pipe now: it changes.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Refuse($"this host cannot keep it: {fault.Message}");
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Packs what was found.</summary>
    /// <returns>False where it changes meanwhile.</returns>
    private bool Pack(List<ScannedEntry> found, string to, CancellationToken over)
    {
        var packer = new FolderPacker();
        using var packed = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None);
        foreach (ScannedEntry entry in found)
        {
            if (entry.IsFolder)
            {
                packer.Folder(entry.Path);
                continue;
            }

            packer.File(entry.Path, entry.IsExecutable);
            using var file = new SafeFileHandle(work.OpenFile($"{plan.Folder}/{entry.Path}"), ownsHandle: true);
            if (file.IsInvalid || (File.GetAttributes(file) & FileAttributes.Directory) != 0) return false;
            if (!FileChunks.Pack(packer, packed, file, entry.Length, over)) return false;
        }

        packed.Write(packer.Finish());
        return true;
    }

    /// <summary>Tells once why there is no checkpoint.</summary>
    private void Refuse(string why)
    {
        if (why == _refused) return;
        _refused = why;
        try
        {
            File.WriteAllText(Path.Combine(plan.Drop, Name(CheckpointPlan.Why)), Printable.Line(why));
            _number++;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A full disk has no room for reasons either.
        }
    }

    private string Name(string end) => _number.ToString(CultureInfo.InvariantCulture) + end;
}
