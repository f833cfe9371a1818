// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Supervising;

/// <summary>The folder in a node's home where node and supervisor find each other (docs/sandbox.md, "When the node restarts").</summary>
/// <param name="folder">Its path.</param>
internal sealed class SupervisorFolder(string folder)
{
    private const int MostRecordBytes = 4096;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Its path.</summary>
    public string Path => folder;

    /// <summary>Where the supervisor listens.</summary>
    public string Socket => In("sock");

    /// <summary>The lease of life: renewed by the node, looked at by the supervisor.</summary>
    public string Life => In("life");

    /// <summary>Locked by the supervisor until its end, however it ends.</summary>
    public string LockFile => In("lock");

    /// <summary>What a supervisor that broke said last.</summary>
    public string Log => In("log");

    /// <summary>Who the supervisor is.</summary>
    public string Record => In("record");

    /// <summary>Makes the folder; only its owner may enter it.</summary>
    public void Make() => Directory.CreateDirectory(folder, OwnerOnly);

    /// <summary>Takes the lock that says that a supervisor lives.</summary>
    /// <returns>The lock, or null while somebody else has it.</returns>
    public FileStream? TryLock()
    {
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held) when (held is not DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes who the supervisor is: whole or not at all, also when the machine fails.</summary>
    public void WriteRecord(ProcessIdentity supervisor)
    {
        string unfinished = Record + ".new";
        using (var file = new FileStream(unfinished, FileMode.Create))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(supervisor));
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, Record, overwrite: true);
        FolderSync.Flush(folder);
    }

    /// <summary>Reads who the supervisor is.</summary>
    /// <returns>Null where nothing usable is written.</returns>
    public ProcessIdentity? ReadRecord()
    {
        try
        {
            if (new FileInfo(Record) is not { Exists: true, Length: <= MostRecordBytes }) return null;
            return LinkCodec.Decode<ProcessIdentity>(File.ReadAllBytes(Record)) is { Pid: > 0, Boot: not null } read ? read : null;
        }
        catch (Exception damaged) when (damaged is IOException or UnauthorizedAccessException or WireException)
        {
            return null;
        }
    }

    /// <summary>Removes everything that leads to a supervisor.</summary>
    public void Clear()
    {
        foreach (string file in (string[])[Socket, Record, Life]) File.Delete(file);
    }

    private string In(string name) => System.IO.Path.Combine(folder, name);
}
