// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Node.Effects;

/// <summary>Lines to the operator that strangers can cause: so many a minute, further ones are counted and named with the next.</summary>
/// <param name="log">Takes lines.</param>
/// <param name="time">The monotonic clock.</param>
internal sealed class BoundedLog(Action<string> log, TimeProvider time)
{
    /// <summary>Lines in each <see cref="Every"/>; as many as the machine itself says.</summary>
    public const int LinesMost = 60;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _since = time.GetTimestamp();
    private int _lines;
    private long _left;

    /// <summary>Says a line, or counts it.</summary>
    /// <param name="line">The line.</param>
    public void Say(string line)
    {
        long left;
        lock (_gate)
        {
            if (time.GetElapsedTime(_since) >= Every) (_since, _lines) = (time.GetTimestamp(), 0);
            if (_lines++ >= LinesMost)
            {
                _left++;
                return;
            }

            (left, _left) = (_left, 0);
        }

        log(left == 0 ? line : $"{line} ({left} lines like this one were left out before.)");
    }
}
