// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Node.Blobs;

/// <summary>One holder at a time for each key; keys that nobody holds or wants take no room.</summary>
/// <typeparam name="T">Key.</typeparam>
internal sealed class KeyedLock<T>
    where T : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<T, (SemaphoreSlim Door, int Users)> _doors = [];

    /// <summary>Enters; dispose the result to leave.</summary>
    public async Task<IDisposable> EnterAsync(T key, CancellationToken cancel)
    {
        SemaphoreSlim door;
        lock (_gate)
        {
            var (known, users) = _doors.GetValueOrDefault(key, (new SemaphoreSlim(1, 1), 0));
            (door, _doors[key]) = (known, (known, users + 1));
        }

        try
        {
            await door.WaitAsync(cancel).ConfigureAwait(false);
            return new Holder(() => Leave(key, held: true));
        }
        catch
        {
            Leave(key, held: false);
            throw;
        }
    }

    private void Leave(T key, bool held)
    {
        lock (_gate)
        {
            var (door, users) = _doors[key];
            if (held) door.Release();
            if (users == 1) _doors.Remove(key);
            else _doors[key] = (door, users - 1);
        }
    }

    private sealed class Holder(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
