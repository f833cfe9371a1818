// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Runtime;

/// <summary>
/// Fuel of one program. Blocks are charged against <see cref="Left"/>, a slice of the whole, so that cancellation and progress cost nothing between slices.
/// </summary>
internal sealed class FuelMeter
{
    /// <summary>Fuel handed out at once: some milliseconds of work.</summary>
    private const long Slice = 1 << 20;

    private readonly long _limit;
    private readonly WasmCancellation? _cancellation;
    private readonly Action<long>? _progress;
    private long _reserve;

    public FuelMeter(long limit, WasmCancellation? cancellation = null, Action<long>? progress = null)
    {
        _limit = limit;
        _cancellation = cancellation;
        _progress = progress;
        Left = Math.Min(limit, Slice);
        _reserve = limit - Left;
    }

    /// <summary>What is left of the slice; below zero only until <see cref="Refill"/>.</summary>
    public long Left { get; set; }

    public long Used => _limit - _reserve - Math.Max(Left, 0);

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

        Left = Math.Min(total, Slice);
        _reserve = total - Left;
        _progress?.Invoke(Used);
        return _cancellation is { IsCancelled: true } ? TrapKind.Cancelled : TrapKind.None;
    }
}
