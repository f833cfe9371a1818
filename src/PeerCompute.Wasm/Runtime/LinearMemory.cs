// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Wasm.Runtime;

/// <summary>
/// A linear memory. All pages it may ever have are reserved at the start (untouched pages cost address space only), so growing cannot fail later
/// for reasons of the host and nothing moves.
/// </summary>
internal sealed unsafe class LinearMemory : IDisposable
{
    public const int PageSize = 65_536;

    private readonly uint _cap;

    /// <param name="initial">Pages at the start.</param>
    /// <param name="max">Declared bound, if any.</param>
    /// <param name="granted">Pages that the host grants.</param>
    public LinearMemory(uint initial, uint? max, uint granted)
    {
        if (initial > granted)
        {
            throw new TrapException(TrapKind.MemoryLimitExceeded);
        }

        Max = max;
        Pages = initial;
        _cap = Math.Min(max ?? 65_536, granted);
        Data = (byte*)NativeMemory.AllocZeroed((nuint)Math.Max(1, (ulong)_cap * PageSize));
    }

    ~LinearMemory() => NativeMemory.Free(Data);

    /// <summary>Whether a wish to grow was within the declared bound but not within the pages granted.</summary>
    public bool GrantRefused { get; private set; }

    public byte* Data { get; }

    public uint Pages { get; private set; }

    /// <summary>The declared bound: what imports are compared with.</summary>
    public uint? Max { get; }

    public ulong Length => (ulong)Pages * PageSize;

    /// <summary>Whether so many more pages are within the declared and the granted bound.</summary>
    public bool CanGrow(uint pages)
    {
        var wanted = (ulong)Pages + pages;
        GrantRefused |= wanted > _cap && wanted <= (Max ?? 65_536);
        return wanted <= _cap;
    }

    public void Grow(uint pages) => Pages += pages;

    /// <summary>Gives the pages back at once: the collector sees nothing of them. Nothing may touch the memory afterwards.</summary>
    public void Dispose()
    {
        NativeMemory.Free(Data);
        GC.SuppressFinalize(this);
    }

    public Span<byte> Span(uint address, uint length)
    {
        if ((ulong)address + length > Length)
        {
            throw new TrapException(TrapKind.OutOfBoundsMemoryAccess);
        }

        // A span holds fewer than 2^31 bytes; no caller of the host interface needs more.
        return length <= int.MaxValue ? new Span<byte>(Data + address, (int)length) : throw new TrapException(TrapKind.OutOfBoundsMemoryAccess);
    }
}
