// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Execution.Images;

/// <summary>Writes contents of files into the folder of one layer, under numbers, and keeps the list of its entries.</summary>
/// <param name="folder">An empty folder.</param>
/// <param name="budget">What the image may still use.</param>
/// <param name="cancellation">Ends it between two reads.</param>
internal sealed class LayerWriter(string folder, ImageBudget budget, CancellationToken cancellation)
{
    private const long LastMoment = 253_402_300_799; // the end of the year 9999, where the platform's calendar ends

    private readonly List<LayerEntry> _entries = [];
    private readonly byte[] _buffer = new byte[128 << 10];

    /// <summary>Reads some bytes of a file's content; 0 at its end.</summary>
    public delegate int Source(Span<byte> buffer);

    /// <summary>The entries so far.</summary>
    public IReadOnlyList<LayerEntry> Entries => _entries;

    /// <summary>Adds an entry that is no file.</summary>
    public void Add(LayerEntryKind kind, string path, string target = "") => Add(new LayerEntry(kind, path) { Target = target });

    /// <summary>Adds a file.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="executable">Whether it may be executed.</param>
    /// <param name="modified">Seconds since 1970: programs compare them, Python its compiled modules for one.</param>
    /// <param name="source">Its content.</param>
    public void AddFile(string path, bool executable, long modified, Source source)
    {
        int number = _entries.Count;
        const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = executable ? Readable | Executable : Readable,
        };
        long size = 0;
        using (var file = new FileStream(PathOf(folder, number), options))
        {
            for (int got; (got = source(_buffer)) > 0; size += got)
            {
                cancellation.ThrowIfCancellationRequested();
                file.Write(_buffer.AsSpan(0, got));
            }

            File.SetLastWriteTimeUtc(file.SafeFileHandle, DateTimeOffset.FromUnixTimeSeconds(Math.Min(modified, LastMoment)).UtcDateTime);
        }

        Add(new LayerEntry(LayerEntryKind.File, path) { Number = number, Size = size });
    }

    /// <summary>Where the content of a file lies.</summary>
    /// <param name="folder">The layer's folder.</param>
    /// <param name="number">The file's number.</param>
    public static string PathOf(string folder, int number) => Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture));

    private void Add(in LayerEntry entry)
    {
        cancellation.ThrowIfCancellationRequested();
        budget.Take(entry);
        _entries.Add(entry);
    }
}
