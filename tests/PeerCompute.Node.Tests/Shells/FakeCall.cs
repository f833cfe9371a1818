// SPDX-License-Identifier: Apache-2.0
using Grpc.Core;
using PeerCompute.Api.V1;

namespace PeerCompute.Node.Tests.Shells;

/// <summary>A call of the API without a carrier.</summary>
internal sealed class FakeCall(CancellationToken cancel = default) : ServerCallContext
{
    public override string Method => "/test";

    public override string Peer => "test";

    public override DateTime Deadline => DateTime.MaxValue;

    public override Metadata RequestHeaders { get; } = [];

    public override Metadata ResponseTrailers { get; } = [];

    public override CancellationToken CancellationToken => cancel;

    public override Status Status { get; set; }
}

/// <summary>Bytes in pieces.</summary>
internal sealed class FakeUpload(byte[] bytes, int piece = 100_000) : IAsyncStreamReader<Chunk>
{
    private int _at;

    public Chunk Current { get; private set; } = new();

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (_at >= bytes.Length) return Task.FromResult(false);
        var take = Math.Min(piece, bytes.Length - _at);
        Current = new Chunk { Data = Google.Protobuf.ByteString.CopyFrom(bytes, _at, take) };
        _at += take;
        return Task.FromResult(true);
    }
}

/// <summary>Collects what a handler streams.</summary>
internal sealed class FakeReader<T> : IServerStreamWriter<T>
{
    public List<T> Messages { get; } = [];

    public Task WriteAsync(T message)
    {
        Messages.Add(message);
        return Task.CompletedTask;
    }
}
