// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>Messages that arrive one after the other.</summary>
/// <typeparam name="T">Message.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message read last.</summary>
    T Current { get; }

    /// <summary>Reads the next message.</summary>
    /// <param name="cancellationToken">Ends the wait and the call.</param>
    /// <returns>False at the end.</returns>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}

/// <summary>Messages that leave one after the other; one write at a time.</summary>
/// <typeparam name="T">Message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Writes a message; completes when there is room for the next.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Completion.</returns>
    Task WriteAsync(T message);

    /// <summary>Writes a message; completes when there is room for the next.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Completion.</returns>
    Task WriteAsync(T message, CancellationToken cancellationToken) => WriteAsync(message).WaitAsync(cancellationToken);
}

/// <summary>Requests of a client.</summary>
/// <typeparam name="T">Message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>No request follows.</summary>
    /// <returns>Completion.</returns>
    Task CompleteAsync();
}

/// <summary>Responses of a server.</summary>
/// <typeparam name="T">Message.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}

/// <summary>Reads streams with <c>await foreach</c>.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>All messages that are left.</summary>
    /// <typeparam name="T">Message.</typeparam>
    /// <param name="reader">The stream.</param>
    /// <param name="cancellationToken">Ends the wait and the call.</param>
    /// <returns>The messages.</returns>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(
        this IAsyncStreamReader<T> reader, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await reader.MoveNext(cancellationToken).ConfigureAwait(false)) yield return reader.Current;
    }
}
