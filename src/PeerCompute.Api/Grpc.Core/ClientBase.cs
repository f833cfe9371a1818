// SPDX-License-Identifier: Apache-2.0
namespace Grpc.Core;

/// <summary>Base of generated clients.</summary>
public abstract class ClientBase
{
    private readonly ClientBaseConfiguration? _configuration;

    /// <summary>A client without connection, for tests that override its calls.</summary>
    protected ClientBase()
    {
    }

    /// <summary>A client on an invoker.</summary>
    /// <param name="configuration">Holds the invoker.</param>
    protected ClientBase(ClientBaseConfiguration configuration) => _configuration = configuration;

    /// <summary>The invoker.</summary>
    protected CallInvoker CallInvoker => _configuration?.CallInvoker ?? throw new InvalidOperationException("The client has no connection.");

    /// <summary>What a client is made of.</summary>
    /// <param name="callInvoker">The invoker.</param>
    protected internal sealed class ClientBaseConfiguration(CallInvoker callInvoker)
    {
        /// <summary>The invoker.</summary>
        public CallInvoker CallInvoker { get; } = callInvoker;
    }
}

/// <summary>Base of generated clients.</summary>
/// <typeparam name="T">The client itself.</typeparam>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    /// <summary>A client without connection, for tests that override its calls.</summary>
    protected ClientBase()
    {
    }

    /// <summary>A client on a channel.</summary>
    /// <param name="channel">The channel.</param>
    protected ClientBase(ChannelBase channel)
        : this(channel.CreateCallInvoker())
    {
    }

    /// <summary>A client on an invoker.</summary>
    /// <param name="callInvoker">The invoker.</param>
    protected ClientBase(CallInvoker callInvoker)
        : base(new ClientBaseConfiguration(callInvoker))
    {
    }

    /// <summary>A client from a configuration.</summary>
    /// <param name="configuration">Holds the invoker.</param>
    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration)
    {
    }

    /// <summary>Another client of the same kind.</summary>
    /// <param name="configuration">Holds the invoker.</param>
    /// <returns>The client.</returns>
    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}
