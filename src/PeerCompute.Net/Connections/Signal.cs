// SPDX-License-Identifier: Apache-2.0
using System.Threading.Tasks.Sources;

namespace PeerCompute.Net.Connections;

/// <summary>Wakes one waiter; a wake without a waiter is kept for the next. Waiting allocates nothing. Wakes may come for no reason.</summary>
internal sealed class Signal : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private bool _set;
    private bool _waiting;

    public void Set()
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                _set = true;
                return;
            }

            _waiting = false;
        }

        _core.SetResult(true);
    }

    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_set)
            {
                _set = false;
                return default;
            }

            _core.Reset();
            _waiting = true;
            return new ValueTask(this, _core.Version);
        }
    }

    /// <summary>Waits; a cancelled token wakes the waiter, who looks at it.</summary>
    public ValueTask WaitAsync(CancellationToken cancel) => cancel.CanBeCanceled ? CancellableAsync(cancel) : WaitAsync();

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private async ValueTask CancellableAsync(CancellationToken cancel)
    {
        await using var registration = cancel.UnsafeRegister(static s => ((Signal)s!).Set(), this).ConfigureAwait(false);
        await WaitAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
