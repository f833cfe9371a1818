// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Wasm.Steps;

/// <summary>Writes what <see cref="StateReader"/> reads.</summary>
internal sealed class StateWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public int Length => _buffer.WrittenCount;

    public void Byte(byte value) => Raw([value]);

    public void Number(long value) => _buffer.Advance(Varint.Write(_buffer.GetSpan(Varint.MaxLength), (ulong)value));

    public void Raw(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    public void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Number(bytes.Length);
        Raw(bytes);
    }

    public void Hash(Hash32 hash)
    {
        hash.CopyTo(_buffer.GetSpan(32));
        _buffer.Advance(32);
    }

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();
}
