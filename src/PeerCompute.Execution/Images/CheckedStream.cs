// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Execution.Images;

/// <summary>A stream that is hashed and counted as it is read; a guard may end it at any time.</summary>
/// <param name="inner">What is read; disposed of with this.</param>
/// <param name="guard">Told the bytes so far after each read; throws when they are too many.</param>
/// <param name="copy">Gets what is read; disposed of with this.</param>
internal sealed class CheckedStream(Stream inner, Action<long> guard, Stream? copy = null) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes so far.</summary>
    public long Count { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => Count; set => throw new NotSupportedException(); }

    /// <summary>Reads what is left.</summary>
    /// <returns>The hash of all of it.</returns>
    public Hash32 Finish()
    {
        byte[] rest = new byte[64 << 10];
        while (Read(rest) > 0)
        {
        }

        return new Hash32(_hash.GetHashAndReset());
    }

    public override int Read(Span<byte> buffer)
    {
        int got = inner.Read(buffer);
        _hash.AppendData(buffer[..got]);
        Count += got;
        guard(Count);
        copy?.Write(buffer[..got]);
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            inner.Dispose();
            copy?.Dispose();
        }

        base.Dispose(disposing);
    }
}
