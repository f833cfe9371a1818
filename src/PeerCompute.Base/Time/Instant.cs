// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.Time;

/// <summary>A moment on the node's own monotonic clock, in microseconds since an arbitrary start. Time-outs use this.</summary>
/// <param name="Micros">Microseconds.</param>
public readonly record struct Instant(long Micros) : IComparable<Instant>
{
    /// <summary>A moment that never comes.</summary>
    public static Instant Never => new(long.MaxValue);

    /// <summary>This moment plus a span; saturates at <see cref="Never"/>.</summary>
    /// <param name="at">The moment.</param>
    /// <param name="span">How much later.</param>
    /// <returns>The later moment.</returns>
    public static Instant operator +(Instant at, TimeSpan span)
    {
        var micros = span.Ticks / 10;
        return micros > 0 && at.Micros > long.MaxValue - micros ? Never : new Instant(at.Micros + micros);
    }

    /// <summary>The span between two moments.</summary>
    /// <param name="a">The later moment.</param>
    /// <param name="b">The earlier moment.</param>
    /// <returns>a - b.</returns>
    public static TimeSpan operator -(Instant a, Instant b) => new((a.Micros - b.Micros) * 10);

    /// <summary>Earlier than.</summary>
    /// <param name="a">Left.</param>
    /// <param name="b">Right.</param>
    /// <returns>True when a is before b.</returns>
    public static bool operator <(Instant a, Instant b) => a.Micros < b.Micros;

    /// <summary>Later than.</summary>
    /// <param name="a">Left.</param>
    /// <param name="b">Right.</param>
    /// <returns>True when a is after b.</returns>
    public static bool operator >(Instant a, Instant b) => a.Micros > b.Micros;

    /// <summary>Not later than.</summary>
    /// <param name="a">Left.</param>
    /// <param name="b">Right.</param>
    /// <returns>True when a is not after b.</returns>
    public static bool operator <=(Instant a, Instant b) => a.Micros <= b.Micros;

    /// <summary>Not earlier than.</summary>
    /// <param name="a">Left.</param>
    /// <param name="b">Right.</param>
    /// <returns>True when a is not before b.</returns>
    public static bool operator >=(Instant a, Instant b) => a.Micros >= b.Micros;

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Micros.CompareTo(other.Micros);

    /// <summary>The earlier of two moments.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    /// <returns>The earlier.</returns>
    public static Instant Min(Instant a, Instant b) => a.Micros <= b.Micros ? a : b;
}
