// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Runtime;

/// <summary>
/// Fuel of one program. Blocks are charged against <see cref="Left"/>, a slice of the whole, so that cancellation and progress cost nothing between slices.
/// </summary>
internal sealed class FuelMeter
{
    /// <summary>Fuel handed out at once: some milliseconds of work.</summary>
    private const long Slice = 1 << 20;

    private readonly WasmCancellation? _cancellation;
    private readonly Action<long>? _progress;
    private long _limit;
    private FuelCell _cell = new();
    private long _slice = Slice;
    private long _reserve;

    public FuelMeter(long limit, WasmCancellation? cancellation = null, Action<long>? progress = null)
    {
        _cancellation = cancellation;
        _progress = progress;
        GoOn(0, limit);
    }

    /// <summary>What is left of the slice; below zero only until <see cref="Refill"/>.</summary>
    public long Left
    {
        get => _cell.Left;
        set => _cell.Left = value;
    }

    public long Used => _limit - _reserve - Math.Max(Left, 0);

    /// <summary>Goes on from a number of units used, up to a limit that counts from the very start.</summary>
    public void GoOn(long used, long limit)
    {
        _limit = limit;
        Left = Math.Min(limit - used, _slice);
        _reserve = limit - used - Left;
    }

    /// <summary>Lets compiled code charge: all fuel is one slice, cancellation raises the floor of the cell, progress is read from it.</summary>
    public void Attach(FuelCell cell, WasmProgress? watch)
    {
        cell.Left = Left + _reserve;
        _cell = cell;
        _reserve = 0;
        _slice = long.MaxValue;
        _cancellation?.Attach(cell);
        watch?.Attach(cell, _limit);
    }

    /// <summary>Slices again, while the interpreter runs a function of a program that is compiled otherwise.</summary>
    public void Divide()
    {
        _slice = Slice;
        _reserve = Left - Math.Min(Left, Slice);
        Left -= _reserve;
    }

    /// <summary>The end of <see cref="Divide"/>.</summary>
    public void Unite()
    {
        _slice = long.MaxValue;
        Left += _reserve;
        _reserve = 0;
    }

    public TrapKind Charge(long amount)
    {
        Left -= amount;
        return Left >= 0 ? TrapKind.None : Refill();
    }

    /// <summary>Covers a charge that the slice did not.</summary>
    public TrapKind Refill()
    {
        var total = _reserve + Left;
        if (total < 0)
        {
            _reserve = 0;
            Left = 0;
            return TrapKind.FuelExhausted;
        }

        Left = Math.Min(total, _slice);
        _reserve = total - Left;
        _progress?.Invoke(Used);
        return _cancellation is { IsCancelled: true } ? TrapKind.Cancelled : TrapKind.None;
    }
}
