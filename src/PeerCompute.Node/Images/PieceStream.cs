// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Images;

/// <summary>A part of an image out of the blobs that it came in, one after the other. What does not open ends it, as the part's digest shows.</summary>
/// <param name="store">Has them.</param>
/// <param name="pieces">The blobs, public ones.</param>
internal sealed class PieceStream(BlobStore store, ImmutableArray<BlobRef> pieces) : Stream
{
    private readonly byte[] _box = new byte[BlobLayout.SealedBytes];
    private readonly byte[] _plain = new byte[WireLimits.ChunkBytes];
    private ChaChaPoly? _cipher;
    private BlobChunks? _open;
    private int _piece;
    private int _chunk;
    private int _from;
    private int _end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        while (_from == _end)
        {
            if (!Next()) return 0;
        }

        var count = Math.Min(buffer.Length, _end - _from);
        _plain.AsSpan(_from, count).CopyTo(buffer);
        _from += count;
        return count;
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
        if (disposing) Leave();
        base.Dispose(disposing);
    }

    private bool Next()
    {
        if (_open is not null && _chunk == _open.Manifest.Chunks.Length)
        {
            Leave();
            _piece++;
        }

        if (_open is null)
        {
            if (_piece == pieces.Length) return false;
            _open = store.OpenChunks(pieces[_piece].Root);
            if (_open is null) return false;
            _cipher = new ChaChaPoly(BlobRef.PublicKey(pieces[_piece].Plain));
            _chunk = 0;
        }

        var length = _open.Read(_chunk, _box);
        Span<byte> nonce = stackalloc byte[ChaChaPoly.NonceLength];
        BlobLayout.Nonce(_chunk, nonce);
        var bytes = length - ChaChaPoly.TagLength;
        if (!_cipher!.Decrypt(nonce, _box.AsSpan(0, length), _plain.AsSpan(0, bytes), [])) return false;
        (_from, _end) = (0, bytes);
        _chunk++;
        return true;
    }

    private void Leave()
    {
        _open?.Dispose();
        _cipher?.Dispose();
        (_open, _cipher) = (null, null);
    }
}
