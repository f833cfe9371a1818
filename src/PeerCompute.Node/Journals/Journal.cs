// SPDX-License-Identifier: Apache-2.0
using Microsoft.Data.Sqlite;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Homes;

namespace PeerCompute.Node.Journals;

/// <summary>
/// A journal in one SQLite file: write-ahead log, flushed at each commit. One thread writes; whatever was handed in while it
/// flushed shares the next commit. Format: docs/journal.md.
/// </summary>
internal sealed class Journal : IJournal, IDisposable
{
    /// <summary>Version of the tables, kept in SQLite's user_version.</summary>
    public const int Schema = 1;

    /// <summary>Entries that may wait for the disk; a node that has more of them takes no events until the disk catches up.</summary>
    public const int PendingMost = 4096;

    /// <summary>Longest entry in bytes.</summary>
    public const int EntryBytes = Core.Journal.JournalCodec.MaxBytes;

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _work = new(false);
    private readonly SqliteConnection _connection;
    private readonly string _path;
    private List<byte[]> _queue = [];
    private Thread? _writer;
    private Action<long> _durable = static _ => { };
    private Action<PeerComputeException> _failed = static _ => { };
    private long _last;
    private long _onDisk;
    private bool _closing;

    private Journal(SqliteConnection connection, string path, long last)
    {
        (_connection, _path, _last, _onDisk) = (connection, path, last, last);
    }

    /// <inheritdoc/>
    public long Last => Interlocked.Read(ref _last);

    /// <inheritdoc/>
    public int Pending => (int)(Interlocked.Read(ref _last) - Interlocked.Read(ref _onDisk));

    /// <summary>Opens a journal; makes an empty one where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The journal; call <see cref="Replay"/>, then <see cref="Start"/>.</returns>
    /// <exception cref="PeerComputeException">It cannot be written, is damaged, or comes from a newer version.</exception>
    public static Journal Open(string path)
    {
        // Made by us, so that nobody else may read it; SQLite gives its own files beside it the same mode.
        if (!File.Exists(path)) Disk.Guard(path, () => Disk.Create(path)).Dispose();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var version = Number(connection, "PRAGMA user_version");
            if (version > Schema)
            {
                throw new PeerComputeException(
                    ErrorCode.Home,
                    $"{path} has journal version {version}, this program reads up to {Schema}: install the newer peercompute, or use another home.");
            }

            Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
            if (version == 0)
            {
                Execute(connection, $"CREATE TABLE entry (n INTEGER PRIMARY KEY, body BLOB NOT NULL, checksum BLOB NOT NULL); PRAGMA user_version={Schema};");
            }

            return new Journal(connection, path, Number(connection, "SELECT coalesce(max(n), 0) FROM entry"));
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Cause(path, e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>All entries, oldest first. Before <see cref="Start"/> only.</summary>
    /// <returns>Their bytes, one at a time.</returns>
    /// <exception cref="PeerComputeException">An entry is missing or damaged.</exception>
    public IEnumerable<byte[]> Replay()
    {
        Invariant.Check(_writer is null);
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT n, body, checksum FROM entry ORDER BY n";
        using var reader = Guard(command.ExecuteReader);
        var expected = 0L;
        while (Guard(reader.Read))
        {
            expected++;
            var n = reader.GetInt64(0);
            var body = (byte[])reader.GetValue(1);
            var good = n == expected && Entry.Checksum(n, body).AsSpan().SequenceEqual((byte[])reader.GetValue(2));
            if (!good) throw new PeerComputeException(ErrorCode.Home, $"{_path}: entry {expected} is missing or damaged: restore the home from a copy.");
            yield return body;
        }
    }

    /// <inheritdoc/>
    public void Start(Action<long> durable, Action<PeerComputeException> failed)
    {
        Invariant.Check(_writer is null);
        (_durable, _failed) = (durable, failed);
        _writer = new Thread(Write) { IsBackground = true, Name = "journal" };
        _writer.Start();
    }

    /// <inheritdoc/>
    public long Append(byte[] body)
    {
        Invariant.Check(body.Length <= EntryBytes);
        FaultPoint.Hit("journal.append.before");
        long n;
        lock (_gate)
        {
            Invariant.Check(!_closing);
            _queue.Add(body);
            n = ++_last;
        }

        _work.Set();
        return n;
    }

    /// <summary>Writes what was handed in, then closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closing) return;
            _closing = true;
        }

        _work.Set();
        _writer?.Join();
        _connection.Dispose();
        _work.Dispose();
    }

    private void Write()
    {
        var written = _onDisk;
        while (true)
        {
            List<byte[]> batch;
            bool closing;
            lock (_gate)
            {
                (batch, _queue) = (_queue, []);
                closing = _closing;
            }

            if (batch.Count == 0)
            {
                if (closing) return;
                _work.WaitOne();
                continue;
            }

            try
            {
                Commit(written, batch);
            }
            catch (SqliteException e)
            {
                _failed(Cause(_path, e));
                return;
            }

            written += batch.Count;
            Interlocked.Exchange(ref _onDisk, written);
            _durable(written);
        }
    }

    private void Commit(long written, List<byte[]> batch)
    {
        using var transaction = _connection.BeginTransaction();
        using var insert = _connection.CreateCommand();
        insert.CommandText = "INSERT INTO entry (n, body, checksum) VALUES ($n, $body, $checksum)";
        var (n, body, checksum) = (insert.Parameters.Add("$n", SqliteType.Integer), insert.Parameters.Add("$body", SqliteType.Blob),
            insert.Parameters.Add("$checksum", SqliteType.Blob));
        foreach (var bytes in batch)
        {
            written++;
            (n.Value, body.Value, checksum.Value) = (written, bytes, Entry.Checksum(written, bytes));
            insert.ExecuteNonQuery();
        }

        FaultPoint.Hit("journal.commit.before");
        transaction.Commit();
        FaultPoint.Hit("journal.commit.after");
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException e)
        {
            throw Cause(_path, e);
        }
    }

    private static PeerComputeException Cause(string path, SqliteException e) => (e.SqliteErrorCode & 0xFF) switch
    {
        13 => new(ErrorCode.Host, $"{path}: the disk is full: free some space and start the node again; nothing that it promised is lost.", e),
        8 or 14 => new(ErrorCode.Home, $"{path} cannot be written: make the home writable for the user that runs the node.", e),
        11 or 26 => new(ErrorCode.Home, $"{path} is damaged or no journal: restore the home from a copy.", e),
        5 or 6 => new(ErrorCode.Home, $"{path} is held by another program: end it first.", e),
        _ => new(ErrorCode.Host, $"{path} cannot be written ({e.Message}): check the disk and start the node again; nothing that it promised is lost.", e),
    };

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(command.ExecuteScalar() ?? 0L);
    }
}
