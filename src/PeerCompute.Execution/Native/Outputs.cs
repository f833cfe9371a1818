// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Runs;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Native;

/// <summary>
/// Copies a program's outputs out of its work folder, which nobody writes in any more: regular files and folders of them, no link followed, bytes counted.
/// </summary>
internal static class Outputs
{
    private const int ChunkBytes = 128 << 10;

    /// <summary>Copies the outputs that a run names.</summary>
    /// <returns>The report with them; or the fault.</returns>
    public static NativeReport Collect(NativeReport report, NativeRunSpec spec, HeldFolder work)
    {
        var files = new List<OutputFile>(spec.OutputNames.Count);
        long left = spec.WorkBytes, room = spec.OutputBytes;
        foreach (string name in spec.OutputNames)
        {
            string to = Path.Combine(spec.OutputFolder!, files.Count.ToString(CultureInfo.InvariantCulture));
            if (FolderNames.IsFolder(name))
            {
                if (OutputFolder.Pack(work, name, to, spec.OutputBytes, room, out string refusal) is not { } folder)
                    return refusal.Length == 0 ? NativeReports.MissingOutput(report, name) : NativeReports.BadFolder(report, name, refusal);
                room -= folder.Size;
                files.Add(folder);
                continue;
            }

            using var file = new SafeFileHandle(work.OpenFile(name), ownsHandle: true);
            if (file.IsInvalid || Copy(file, to, left) is not { } size) return NativeReports.MissingOutput(report, name);
            if (size > left) return NativeReports.OutputsTooLarge(report, spec);
            left -= size;
            files.Add(new OutputFile(name, to, size));
        }

        return report with { Outputs = files };
    }

    /// <summary>Copies a file. Holes count as bytes: a file may be longer than the folder that it lies in.</summary>
    /// <returns>Its size, nothing being copied where that is above the limit; null if it is no regular file.</returns>
    internal static long? Copy(SafeFileHandle from, string to, long most)
    {
        try
        {
            if ((File.GetAttributes(from) & FileAttributes.Directory) != 0) return null;
            long size = RandomAccess.GetLength(from);
            if (size > most) return size;
            using SafeFileHandle copy = File.OpenHandle(to, FileMode.CreateNew, FileAccess.Write);
            byte[] chunk = new byte[ChunkBytes];
            for (long at = 0; at < size;)
            {
                int count = RandomAccess.Read(from, chunk, at);
                if (count == 0) return null;
                RandomAccess.Write(copy, chunk.AsSpan(0, count), at);
                at += count;
            }

            return size;
        }
        catch (Exception irregular) when (irregular is NotSupportedException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
