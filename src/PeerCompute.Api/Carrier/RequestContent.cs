// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;

namespace PeerCompute.Api.Carrier;

/// <summary>Body of a request: one frame, or a stream that the caller writes to until <see cref="Complete"/>.</summary>
internal sealed class RequestContent : HttpContent
{
    private readonly ReadOnlyMemory<byte>? _single;
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RequestContent(ReadOnlyMemory<byte>? single)
    {
        _single = single;
        Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
    }

    /// <summary>The stream to write to, once the request is on its way.</summary>
    public Task<Stream> Opened => _opened.Task;

    /// <summary>No frame follows.</summary>
    public void Complete() => _completed.TrySetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_single is { } frame)
        {
            await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
            return;
        }

        _opened.TrySetResult(stream);
        await _completed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _single?.Length ?? 0;
        return _single is not null;
    }
}
