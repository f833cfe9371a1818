// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Protocol;

namespace PeerCompute.Execution.Supervising;

/// <summary>The node's way to its supervisor: finds the one that lives, starts one where none does, renews its lease of life.</summary>
/// <param name="options">How.</param>
internal sealed class SupervisorLink(SupervisorOptions options) : IDisposable
{
    private const int MostPathBytes = 107; // sun_path of unix(7), less the zero at its end
    private readonly SupervisorFolder _folder = new(options.Folder);
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private ProcessIdentity? _met;
    private Heartbeat? _heart;

    /// <summary>The supervisor that was met last; null where none was, or it was ended.</summary>
    public ProcessIdentity? Met => _met;

    /// <summary>Meets a supervisor that an earlier process of the node started; one that cannot be understood is ended, with its runs.</summary>
    /// <returns>What it holds; nothing where there is none.</returns>
    /// <exception cref="PeerComputeException">The folder cannot be used, or a supervisor is there that cannot be ended.</exception>
    public async Task<IReadOnlyList<HeldRun>> MeetEarlierAsync(CancellationToken cancellation)
    {
        if (Encoding.UTF8.GetByteCount(_folder.Socket) > MostPathBytes)
            throw new PeerComputeException(ErrorCode.Host, $"{_folder.Socket} is too long a path for a socket: at most {MostPathBytes} bytes");
        if (!Directory.Exists(_folder.Path)) return [];
        (MetMessage? met, string fault) = await MeetAsync(cancellation).ConfigureAwait(false);
        if (met is not null) return met.Held;
        if (fault.Length > 0) options.Log($"the supervisor of an earlier start is ended, with what it ran: {fault}");
        await SupervisorEnd.EndAsync(_folder, cancellation).ConfigureAwait(false);
        return [];
    }

    /// <summary>A new connection to the supervisor; starts one where none lives.</summary>
    /// <returns>The connection, and whose it is.</returns>
    /// <exception cref="PeerComputeException">None can be started.</exception>
    public async Task<(Socket Socket, ProcessIdentity Supervisor)> ReachAsync(CancellationToken cancellation)
    {
        await _oneAtATime.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_met is { } known && await ConnectAsync(known, cancellation).ConfigureAwait(false) is { } socket) return (socket, known);
            await EndAsync(cancellation).ConfigureAwait(false);
            _folder.Make();
            _heart = new Heartbeat(_folder.Life, options.Outlive);
            await SupervisorProcess.StartAsync(_folder, options, cancellation).ConfigureAwait(false);
            (MetMessage? met, string fault) = await MeetAsync(cancellation).ConfigureAwait(false);
            if (met is null || _met is not { } begun || await ConnectAsync(begun, cancellation).ConfigureAwait(false) is not { } first)
                throw new PeerComputeException(ErrorCode.Host, $"the supervisor of this node's children does not answer: {fault}");
            return (first, begun);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.Host, $"the supervisor of this node's children does not start: {fault.Message}", fault);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>A new connection to a supervisor that was met.</summary>
    /// <returns>Null where it has gone.</returns>
    public async Task<(Socket Socket, ProcessIdentity Supervisor)?> AgainAsync(CancellationToken cancellation) =>
        _met is { } met && await ConnectAsync(met, cancellation).ConfigureAwait(false) is { } socket ? (socket, met) : null;

    /// <summary>Ends a supervisor that does not do what it should, if it is still ours, and frees what it held.</summary>
    public async Task EndAsync(ProcessIdentity supervisor)
    {
        await _oneAtATime.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_met == supervisor) await EndAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (PeerComputeException stuck)
        {
            options.Log(stuck.Message);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Renews no more; a supervisor that holds nothing ends at once.</summary>
    public async Task LeaveAsync(CancellationToken cancellation)
    {
        if (await AgainAsync(cancellation).ConfigureAwait(false) is var (socket, _))
        {
            using (socket) await AskAsync(socket, FrameKind.Quit, cancellation).ConfigureAwait(false);
        }

        _heart?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _heart?.Dispose();
        _oneAtATime.Dispose();
    }

    private static async Task<(FrameKind Kind, byte[] Message)?> AskAsync(Socket socket, FrameKind kind, CancellationToken cancellation)
    {
        try
        {
            await Frames.SendAsync(socket, kind, [], cancellation).ConfigureAwait(false);
            return await Frames.ReceiveAsync(socket, cancellation, LinkCodec.MostBytes).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is SocketException or WireException)
        {
            return null;
        }
    }

    /// <summary>Meets the supervisor that the folder names.</summary>
    /// <returns>What it says; or null, and why it is of no use, nothing where none lives.</returns>
    private async Task<(MetMessage? Met, string Fault)> MeetAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(SupervisedHost.MostForEnd);
        try
        {
            if (_folder.ReadRecord() is not { } record) return (null, File.Exists(_folder.Record) ? $"{_folder.Record} is damaged" : "");
            if (!record.Lives) return (null, "");
            if (await ConnectAsync(record, limit.Token).ConfigureAwait(false) is not { } socket) return (null, $"process {record.Pid} does not answer");
            using var asked = socket;
            _heart ??= new Heartbeat(_folder.Life, options.Outlive);
            if (await AskAsync(socket, FrameKind.Meet, limit.Token).ConfigureAwait(false) is not (FrameKind.Met, { } answer))
                return (null, $"process {record.Pid} does not answer");
            MetMessage met = LinkCodec.Decode<MetMessage>(answer);
            if (met.Build != MetMessage.ThisBuild) return (null, $"process {record.Pid} is of another version of this program");
            _met = record;
            return (met, "");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, "it does not answer");
        }
        catch (Exception broken) when (broken is WireException or IOException)
        {
            return (null, broken.Message);
        }
    }

    private async Task<Socket?> ConnectAsync(ProcessIdentity supervisor, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder.Socket), cancellation).ConfigureAwait(false);
            PeerProcess peer = PeerProcess.Of(socket);
            if (peer.IsOwn && peer.Pid == supervisor.Pid && supervisor.Lives) return socket;
        }
        catch (SocketException)
        {
            // Nobody listens.
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        socket.Dispose();
        return null;
    }

    private async Task EndAsync(CancellationToken cancellation)
    {
        _met = null;
        _heart?.Dispose();
        _heart = null;
        await SupervisorEnd.EndAsync(_folder, cancellation).ConfigureAwait(false);
    }
}
