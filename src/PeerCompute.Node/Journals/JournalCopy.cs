// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Node.Homes;

namespace PeerCompute.Node.Journals;

/// <summary>A stopped node's journal, read from a private copy: nothing in its home is written, not even by the recovery after a crash.</summary>
public sealed class JournalCopy : IDisposable
{
    private const string Name = "journal.db";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peercompute-journal-");
    private readonly string _home;

    private JournalCopy(string home) => (_home, Signer) = (home, NodeHome.SignerOf(home));

    /// <summary>The node's key.</summary>
    public ISigner Signer { get; }

    /// <summary>Copies the journal of a home. No node can start there meanwhile.</summary>
    /// <param name="home">The home.</param>
    /// <exception cref="PeerComputeException">It is no home, has no journal, cannot be read, or a node runs in it.</exception>
    public static JournalCopy Of(string home)
    {
        home = Path.GetFullPath(home);
        if (!NodeHome.Exists(home)) throw new PeerComputeException(ErrorCode.Home, $"{home} is no node's home: name the folder that has its key and journal.");
        if (!File.Exists(Path.Combine(home, Name))) throw new PeerComputeException(ErrorCode.NotFound, $"{home} has no journal: its node never ran.");
        using var held = Hold(home);
        var copy = new JournalCopy(home);
        try
        {
            foreach (var name in (string[])[Name, Name + "-wal"])
            {
                if (File.Exists(Path.Combine(home, name))) File.Copy(Path.Combine(home, name), Path.Combine(copy._folder.FullName, name));
            }

            return copy;
        }
        catch (Exception e)
        {
            copy.Dispose();
            if (e is not (IOException or UnauthorizedAccessException)) throw;
            throw new PeerComputeException(
                ErrorCode.Host, $"the journal of {home} cannot be copied ({e.Message}): make it readable, and space in {Path.GetTempPath()}.", e);
        }
    }

    /// <summary>All entries, oldest first.</summary>
    /// <returns>Their bytes, one at a time.</returns>
    /// <exception cref="PeerComputeException">The journal is damaged or of a newer version.</exception>
    public IEnumerable<byte[]> Entries()
    {
        using var journal = InHome(() => Journal.Open(Path.Combine(_folder.FullName, Name)));
        using var entries = journal.Replay().GetEnumerator();
        while (InHome(entries.MoveNext)) yield return entries.Current;
    }

    /// <summary>Deletes the copy.</summary>
    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Complaints name the home, not the copy.</summary>
    private T InHome<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (PeerComputeException e)
        {
            throw new PeerComputeException(e.Code, e.Message.Replace(_folder.FullName, _home, StringComparison.Ordinal), e);
        }
    }

    /// <summary>A shared lock on the file that a running node holds alone.</summary>
    private static FileStream? Hold(string home)
    {
        var path = Path.Combine(home, "lock");
        try
        {
            return File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read) : null;
        }
        catch (IOException e)
        {
            throw new PeerComputeException(ErrorCode.Home, $"{home} is locked by a running node: end it first, or replay a copy of the home.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new PeerComputeException(ErrorCode.Home, $"{home} belongs to another user: replay it as that user.", e);
        }
    }
}
