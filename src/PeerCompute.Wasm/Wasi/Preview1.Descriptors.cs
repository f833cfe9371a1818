// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Wasi;

/// <content>Descriptors: state, positions, reading and writing.</content>
internal sealed partial class Preview1
{
    private const ulong RightRead = 1 << 1;
    private const ulong RightWrite = 1 << 6;
    private const ulong RightSeekAndTell = (1 << 2) | (1 << 5);
    private const ulong AllRights = (1UL << 30) - 1;

    /// <summary>Buffers of one read or write.</summary>
    private const uint MaxVectors = 1_024;

    private Descriptor? Get(uint fd) => fd < MaxDescriptors ? _descriptors[fd] : null;

    private int CheckDescriptor(uint fd) => Get(fd) is null ? Errno.BadDescriptor : Errno.Success;

    private int CheckFile(uint fd) => Get(fd) is not { } d ? Errno.BadDescriptor : d.File is null ? Errno.NotSupported : Errno.Success;

    private int Close(uint fd)
    {
        if (Get(fd) is not { } descriptor)
        {
            return Errno.BadDescriptor;
        }

        if (descriptor.Preopened)
        {
            return Errno.NotSupported;
        }

        descriptor.File?.Dispose();
        _descriptors[fd] = null;
        return Errno.Success;
    }

    private int Renumber(uint from, uint to)
    {
        if (Get(from) is not { } source || Get(to) is not { } target)
        {
            return Errno.BadDescriptor;
        }

        if (source.Preopened || target.Preopened)
        {
            return Errno.NotSupported;
        }

        if (from != to)
        {
            target.File?.Dispose();
            _descriptors[to] = source;
            _descriptors[from] = null;
        }

        return Errno.Success;
    }

    private int DescriptorStat(uint fd, uint target)
    {
        if (Get(fd) is not { } descriptor)
        {
            return Errno.BadDescriptor;
        }

        var stat = Moved(target, 24);
        stat.Clear();
        stat[0] = descriptor.Type;
        stat[2] = (byte)(descriptor.Append ? 1 : 0);
        var rights = descriptor.IsFolder ? AllRights & ~(RightRead | RightWrite | RightSeekAndTell)
            : AllRights & ~(descriptor.CanRead ? 0 : RightRead) & ~(descriptor.CanWrite ? 0 : RightWrite)
                & ~(descriptor.File is null ? RightSeekAndTell : 0);
        Write64(target + 8, rights);
        Write64(target + 16, descriptor.IsFolder ? AllRights : 0);
        return Errno.Success;
    }

    private int SetFlags(uint fd, uint flags)
    {
        if (Get(fd) is not { } descriptor)
        {
            return Errno.BadDescriptor;
        }

        descriptor.Append = (flags & 1) != 0;
        return Errno.Success;
    }

    private int SetSize(uint fd, ulong size) => Writable(fd, out var descriptor) is var error && error != Errno.Success ? error
        : size > long.MaxValue ? Errno.FileTooBig
        : Resize(descriptor!.File!, (long)size);

    private int Allocate(uint fd, ulong offset, ulong length)
    {
        var error = Writable(fd, out var descriptor);
        if (error != Errno.Success)
        {
            return error;
        }

        var end = offset + length;
        return end < offset || end > long.MaxValue ? Errno.FileTooBig
            : (long)end <= descriptor!.File!.Length ? Errno.Success
            : Resize(descriptor.File, (long)end);
    }

    /// <summary>Growing moves the zeros that fill the gap.</summary>
    private int Resize(IGuestFile file, long length)
    {
        var old = file.Length;
        var error = file.SetLength(length);
        _moved += error == GuestError.None ? Math.Max(0, length - old) : 0;
        return (int)error;
    }

    private int Writable(uint fd, out Descriptor? descriptor)
    {
        descriptor = Get(fd);
        return descriptor is null ? Errno.BadDescriptor
            : descriptor.File is null ? Errno.Invalid
            : descriptor.CanWrite ? Errno.Success : Errno.NotCapable;
    }

    private int Seek(uint fd, long offset, uint whence, uint target)
    {
        if (Get(fd) is not { } descriptor)
        {
            return Errno.BadDescriptor;
        }

        if (descriptor.File is null)
        {
            return descriptor.IsFolder ? Errno.IsFolder : Errno.IllegalSeek;
        }

        var origin = whence switch { 0 => 0, 1 => descriptor.Position, _ => descriptor.File.Length };
        var position = unchecked(origin + offset);
        if (whence > 2 || position < 0)
        {
            return Errno.Invalid;
        }

        descriptor.Position = position;
        Write64(target, (ulong)position);
        return Errno.Success;
    }

    private int Read(uint fd, uint vectors, uint count, uint result)
    {
        var error = Readable(fd, count, out var descriptor);
        if (error != Errno.Success)
        {
            return error;
        }

        error = descriptor!.File is null
            ? ReadInput(descriptor, vectors, count, out var read)
            : ReadFile(descriptor.File, descriptor.Position, vectors, count, out read);
        descriptor.Position += read;
        Write32(result, read);
        return error;
    }

    private int ReadAt(uint fd, uint vectors, uint count, ulong offset, uint result)
    {
        var error = Readable(fd, count, out var descriptor);
        if (error != Errno.Success || descriptor!.File is null)
        {
            return error == Errno.Success ? Errno.IllegalSeek : error;
        }

        if (offset > long.MaxValue)
        {
            return Errno.Invalid;
        }

        error = ReadFile(descriptor.File, (long)offset, vectors, count, out var read);
        Write32(result, read);
        return error;
    }

    private int Readable(uint fd, uint count, out Descriptor? descriptor)
    {
        descriptor = Get(fd);
        return descriptor is null ? Errno.BadDescriptor
            : descriptor.IsFolder ? Errno.IsFolder
            : !descriptor.CanRead ? Errno.NotCapable
            : count > MaxVectors ? Errno.Invalid : Errno.Success;
    }

    private int ReadInput(Descriptor descriptor, uint vectors, uint count, out uint read)
    {
        read = 0;
        for (uint i = 0; i < count; i++)
        {
            var left = _options.Stdin.Span[(int)(descriptor.Position + read)..];
            var n = Math.Min((uint)left.Length, Read32(vectors + (i * 8) + 4));
            left[..(int)n].CopyTo(Moved(Read32(vectors + (i * 8)), n));
            read += n;
        }

        return Errno.Success;
    }

    private int ReadFile(IGuestFile file, long offset, uint vectors, uint count, out uint read)
    {
        read = 0;
        for (uint i = 0; i < count; i++)
        {
            var buffer = _memory.Span(Read32(vectors + (i * 8)), Read32(vectors + (i * 8) + 4));
            var error = file.Read(offset + read, buffer, out var n);
            if (error != GuestError.None)
            {
                return (int)error;
            }

            _moved += n;
            read += (uint)n;
            if (n < buffer.Length)
            {
                break;
            }
        }

        return Errno.Success;
    }

    private int Write(uint fd, uint vectors, uint count, uint result)
    {
        var error = CheckWrite(fd, count, out var descriptor);
        if (error != Errno.Success)
        {
            return error;
        }

        uint written;
        if (descriptor!.File is null)
        {
            error = WriteStream(descriptor.Stream == 1 ? _options.StdoutSink : _options.StderrSink, vectors, count, out written);
        }
        else
        {
            descriptor.Position = descriptor.Append ? descriptor.File.Length : descriptor.Position;
            error = WriteFile(descriptor.File, descriptor.Position, vectors, count, out written);
            descriptor.Position += written;
        }

        Write32(result, written);
        return error;
    }

    private int WriteAt(uint fd, uint vectors, uint count, ulong offset, uint result)
    {
        var error = CheckWrite(fd, count, out var descriptor);
        if (error != Errno.Success || descriptor!.File is null)
        {
            return error == Errno.Success ? Errno.IllegalSeek : error;
        }

        if (offset > long.MaxValue)
        {
            return Errno.Invalid;
        }

        error = WriteFile(descriptor.File, (long)offset, vectors, count, out var written);
        Write32(result, written);
        return error;
    }

    private int CheckWrite(uint fd, uint count, out Descriptor? descriptor)
    {
        descriptor = Get(fd);
        return descriptor is null ? Errno.BadDescriptor
            : descriptor.IsFolder ? Errno.IsFolder
            : !descriptor.CanWrite ? Errno.NotCapable
            : count > MaxVectors ? Errno.Invalid : Errno.Success;
    }

    private int WriteStream(WasiSink? sink, uint vectors, uint count, out uint written)
    {
        written = 0;
        for (uint i = 0; i < count; i++)
        {
            var bytes = Moved(Read32(vectors + (i * 8)), Read32(vectors + (i * 8) + 4));
            if (_streamed + bytes.Length > _options.MaxStreamBytes)
            {
                return written > 0 ? Errno.Success : Errno.NoSpace;
            }

            _streamed += bytes.Length;
            written += (uint)bytes.Length;
            sink?.Invoke(bytes);

            // A sink that takes no more cancels: at this call, not a slice of fuel later, so that the fuel used is the same everywhere.
            if (_options.Cancellation is { IsCancelled: true }) throw new TrapException(TrapKind.Cancelled);
        }

        return Errno.Success;
    }

    private int WriteFile(IGuestFile file, long offset, uint vectors, uint count, out uint written)
    {
        written = 0;
        for (uint i = 0; i < count; i++)
        {
            var bytes = Moved(Read32(vectors + (i * 8)), Read32(vectors + (i * 8) + 4));
            var at = unchecked(offset + written);
            var gap = Math.Max(0, at - file.Length);
            var error = at < 0 ? Errno.FileTooBig : (int)file.Write(at, bytes);
            if (error != Errno.Success)
            {
                return written > 0 ? Errno.Success : error;
            }

            _moved += bytes.Length > 0 ? gap : 0;
            written += (uint)bytes.Length;
        }

        return Errno.Success;
    }
}
