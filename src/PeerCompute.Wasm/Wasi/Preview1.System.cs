// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace PeerCompute.Wasm.Wasi;

/// <content>Arguments, environment, clocks, randomness.</content>
internal sealed partial class Preview1
{
    private const uint Realtime = 0;
    private const uint LastClock = 3;

    /// <summary>Subscriptions of one <c>poll_oneoff</c>.</summary>
    private const uint MaxSubscriptions = 1_024;

    private int PutSizes(byte[][] strings, uint count, uint bytes)
    {
        uint total = 0;
        foreach (var text in strings)
        {
            total += (uint)text.Length;
        }

        Write32(count, (uint)strings.Length);
        Write32(bytes, total);
        return Errno.Success;
    }

    private int PutStrings(byte[][] strings, uint pointers, uint buffer)
    {
        foreach (var text in strings)
        {
            Write32(pointers, buffer);
            text.CopyTo(Moved(buffer, (uint)text.Length));
            pointers += 4;
            buffer += (uint)text.Length;
        }

        return Errno.Success;
    }

    private int ClockResolution(uint clock, uint target)
    {
        if (clock > LastClock)
        {
            return Errno.Invalid;
        }

        Write64(target, NanosecondsPerFuel);
        return Errno.Success;
    }

    private int ClockTime(uint clock, uint target)
    {
        if (clock > LastClock)
        {
            return Errno.Invalid;
        }

        Write64(target, Now(clock));
        return Errno.Success;
    }

    private ulong Now(uint clock) => clock == Realtime ? _options.StartTime + Elapsed : Elapsed;

    private int Random(uint buffer, uint length)
    {
        var target = Moved(buffer, length);
        Span<byte> word = stackalloc byte[8];
        for (; target.Length > 0; target = target[Math.Min(8, target.Length)..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, _random.Next());
            word[..Math.Min(8, target.Length)].CopyTo(target);
        }

        return Errno.Success;
    }

    /// <summary>
    /// Descriptors are always ready. Only where all subscriptions are clocks does time pass: the virtual clock jumps to the earliest.
    /// </summary>
    private int Poll(uint subscriptions, uint events, uint count, uint result)
    {
        if (count is 0 or > MaxSubscriptions)
        {
            return Errno.Invalid;
        }

        var wait = ulong.MaxValue;
        for (uint i = 0; i < count; i++)
        {
            wait = Math.Min(wait, Delay(Moved(subscriptions + (i * 48), 48)));
        }

        uint written = 0;
        for (uint i = 0; i < count; i++)
        {
            var subscription = _memory.Span(subscriptions + (i * 48), 48);
            if (Delay(subscription) <= wait)
            {
                WriteEvent(subscription, Moved(events + (written * 32), 32));
                written++;
            }
        }

        _slept += wait;
        Write32(result, written);
        return Errno.Success;
    }

    /// <summary>Nanoseconds until a subscription is due; an unknown clock is due at once, with an error.</summary>
    private ulong Delay(ReadOnlySpan<byte> subscription)
    {
        var clock = BinaryPrimitives.ReadUInt32LittleEndian(subscription[16..]);
        if (subscription[8] != 0 || clock > LastClock)
        {
            return 0;
        }

        var time = BinaryPrimitives.ReadUInt64LittleEndian(subscription[24..]);
        var absolute = (subscription[40] & 1) != 0;
        return !absolute ? time : time > Now(clock) ? time - Now(clock) : 0;
    }

    private void WriteEvent(ReadOnlySpan<byte> subscription, Span<byte> target)
    {
        target.Clear();
        subscription[..8].CopyTo(target);
        var type = subscription[8];
        target[10] = type;
        var subject = BinaryPrimitives.ReadUInt32LittleEndian(subscription[16..]);
        var error = type > 2 ? Errno.Invalid
            : type == 0 ? subject > LastClock ? Errno.Invalid : Errno.Success
            : CheckDescriptor(subject);
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], (ushort)error);
        if (type is 1 or 2 && error == Errno.Success)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(target[16..], 1);
        }
    }
}
