// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace PeerCompute.Api.Carrier;

/// <summary>One call of a client over HTTP/2: its requests, its responses, its outcome.</summary>
/// <typeparam name="TRequest">Request message.</typeparam>
/// <typeparam name="TResponse">Response message.</typeparam>
internal sealed class HttpCall<TRequest, TResponse> : IAsyncStreamReader<TResponse>, IClientStreamWriter<TRequest>, IDisposable
    where TRequest : class
    where TResponse : class
{
    private readonly Method<TRequest, TResponse> _method;
    private readonly RequestContent _content;
    private readonly CancellationTokenSource _ending;
    private readonly CancellationTokenSource _overdue = new();
    private readonly int _maxMessage;
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<HttpResponseMessage> _response;
    private readonly TaskCompletionSource<Status> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stream? _body;
    private Metadata _trailers = [];
    private TResponse? _current;

    public HttpCall(HttpMessageInvoker http, Uri authority, int maxMessage, Method<TRequest, TResponse> method, CallOptions options, TRequest? single)
    {
        _method = method;
        _maxMessage = maxMessage;
        _content = new RequestContent(single is null ? default(ReadOnlyMemory<byte>?) : Frame.Encode(single, method.RequestMarshaller));
        _ending = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken, _overdue.Token);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(authority, method.FullName))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _content,
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach (var (key, value) in options.Headers ?? []) request.Headers.TryAddWithoutValidation(key, value);
        if (options.Deadline is { } deadline)
        {
            var left = deadline - DateTime.UtcNow;
            request.Headers.TryAddWithoutValidation("grpc-timeout", StatusText.EncodeTimeout(left));
            _overdue.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        _response = SendAsync(http, request);

        // The server learns at once that nobody listens any more, whether or not a read is under way.
        _ending.Token.Register(DisposeResponse);
    }

    /// <summary>Response headers.</summary>
    public Task<Metadata> Headers => _headers.Task;

    /// <inheritdoc/>
    public TResponse Current => _current ?? throw new InvalidOperationException("No message has been read.");

    /// <summary>The outcome once the call is over.</summary>
    public Status GetStatus() =>
        _over.Task.IsCompleted ? _over.Task.GetAwaiter().GetResult() : throw new InvalidOperationException("The call is not over.");

    /// <summary>Trailing metadata once the call is over.</summary>
    public Metadata GetTrailers() => _over.Task.IsCompleted ? _trailers : throw new InvalidOperationException("The call is not over.");

    /// <summary>The only response of a call without response stream.</summary>
    public async Task<TResponse> SingleAsync()
    {
        try
        {
            if (!await MoveNext(CancellationToken.None).ConfigureAwait(false)) throw Fail(StatusCode.Internal, "the server sent no response");
            var response = Current;
            if (await MoveNext(CancellationToken.None).ConfigureAwait(false)) throw Fail(StatusCode.Internal, "the server sent more than one response");
            return response;
        }
        finally
        {
            Dispose();
        }
    }

    /// <inheritdoc/>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (_over.Task.IsCompleted) return AtEnd();
        using var leave = cancellationToken.Register(_ending.Cancel);
        try
        {
            var response = await _response.ConfigureAwait(false);
            _body ??= await response.Content.ReadAsStreamAsync(_ending.Token).ConfigureAwait(false);
            _current = await Frame.ReadAsync(_body, _method.ResponseMarshaller, _maxMessage, _ending.Token).ConfigureAwait(false);
            if (_current is not null) return true;
            ReadStatus(response.TrailingHeaders.NonValidated.Contains("grpc-status") ? response.TrailingHeaders : response.Headers);
        }
        catch (Exception e)
        {
            throw Outcome(e);
        }

        return AtEnd();
    }

    /// <inheritdoc/>
    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    /// <inheritdoc/>
    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(_content.Opened, _response).WaitAsync(_ending.Token).ConfigureAwait(false);
            if (!_content.Opened.IsCompleted) await _response.ConfigureAwait(false);
            var stream = await _content.Opened.WaitAsync(_ending.Token).ConfigureAwait(false);
            await stream.WriteAsync(Frame.Encode(message, _method.RequestMarshaller), cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw await WhyClosedAsync(e).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task CompleteAsync()
    {
        _content.Complete();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _over.TrySetResult(new Status(StatusCode.Cancelled, "the call was disposed before its end"));
        _ending.Cancel();
        _content.Complete();
    }

    private void DisposeResponse()
    {
        if (_response.IsCompletedSuccessfully) DisposeResponse(_response);
        else _response.ContinueWith(DisposeResponse, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private static void DisposeResponse(Task<HttpResponseMessage> response)
    {
        // Reading Exception marks it as seen: nobody awaits a call that was disposed.
        if (response.Exception is null && !response.IsCanceled) response.GetAwaiter().GetResult().Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker http, HttpRequestMessage request)
    {
        try
        {
            var response = await http.SendAsync(request, _ending.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                throw Fail(StatusCode.Unavailable, $"the server answered HTTP {(int)response.StatusCode} instead of gRPC");
            if (response.Content.Headers.ContentType?.MediaType is not { } type || !type.StartsWith("application/grpc", StringComparison.Ordinal))
                throw Fail(StatusCode.Unavailable, "the server does not speak gRPC");
            _headers.TrySetResult(ReadMetadata(response.Headers));
            return response;
        }
        catch (Exception e)
        {
            var outcome = Outcome(e);
            _headers.TrySetException(outcome);
            _ = _headers.Task.Exception;
            throw outcome;
        }
    }

    // A write fails when the server has ended the call. A call without response stream is being read all along, so its status comes by itself.
    private async Task<RpcException> WhyClosedAsync(Exception write)
    {
        if (_ending.IsCancellationRequested && !_over.Task.IsCompleted) return Outcome(new OperationCanceledException());
        if (_method.Type != MethodType.ClientStreaming)
            return Fail(StatusCode.Unavailable, "the server takes no more requests of this call; its responses end with the reason", write);
        var status = await _over.Task.ConfigureAwait(false);
        return new RpcException(status.StatusCode == StatusCode.OK
            ? new Status(StatusCode.Unavailable, "the server has answered already") : status, _trailers, write);
    }

    private bool AtEnd()
    {
        var status = GetStatus();
        return status.StatusCode == StatusCode.OK ? false : throw new RpcException(status, _trailers);
    }

    private void ReadStatus(HttpResponseHeaders headers)
    {
        var metadata = ReadMetadata(headers);
        var code = metadata.GetValue("grpc-status");
        _trailers = metadata;
        _over.TrySetResult(int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new Status((StatusCode)number, StatusText.Decode(metadata.GetValue("grpc-message") ?? ""))
            : new Status(StatusCode.Internal, "the call ended without a status"));
    }

    private static Metadata ReadMetadata(HttpResponseHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (key, values) in headers.NonValidated)
        {
            foreach (var value in values) metadata.Add(key, value);
        }

        return metadata;
    }

    private RpcException Outcome(Exception error)
    {
        var outcome = error switch
        {
            RpcException rpc => rpc,
            _ when _overdue.IsCancellationRequested => Fail(StatusCode.DeadlineExceeded, "the deadline of the call passed", error),
            _ when _ending.IsCancellationRequested => Fail(StatusCode.Cancelled, "the call was cancelled", error),
            OperationCanceledException => Fail(StatusCode.Cancelled, "the call was cancelled", error),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => Fail(StatusCode.Unavailable, "nobody answers on the socket", error),
            HttpRequestException or IOException => Fail(StatusCode.Unavailable, $"the connection broke: {error.Message}", error),
            _ => Fail(StatusCode.Internal, $"unexpected {error.GetType().Name}: {error.Message}", error),
        };
        if (_over.TrySetResult(outcome.Status)) _trailers = outcome.Trailers;
        return outcome;
    }

    private static RpcException Fail(StatusCode code, string detail, Exception? inner = null) => new(new Status(code, detail), [], inner);
}
