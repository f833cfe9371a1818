// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>An open file. Positions are kept by the caller.</summary>
public interface IGuestFile : IDisposable
{
    /// <summary>Bytes in the file.</summary>
    long Length { get; }

    /// <summary>Reads up to the buffer's length; fewer bytes only at the file's end, so that every run sees the same counts.</summary>
    /// <param name="offset">Where to start, not negative; behind the end nothing is read.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="count">Bytes read.</param>
    GuestError Read(long offset, Span<byte> buffer, out int count);

    /// <summary>Writes all bytes, or none and answers <see cref="GuestError.NoSpace"/>; a gap behind the end reads as zeros and counts as written.</summary>
    /// <param name="offset">Where to start, not negative.</param>
    /// <param name="bytes">What to write.</param>
    GuestError Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts or extends (with zeros) the file, or answers <see cref="GuestError.NoSpace"/>.</summary>
    /// <param name="length">Bytes, not negative.</param>
    GuestError SetLength(long length);
}
