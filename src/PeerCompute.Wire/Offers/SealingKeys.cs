// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Errors;

namespace PeerCompute.Wire.Offers;

/// <summary>The check on an X25519 public key in a message.</summary>
internal static class SealingKeys
{
    public static ReadOnlyMemory<byte> From(ByteString bytes)
        => bytes.Length == 32 ? bytes.Memory : throw new WireException("sealing_key", $"{bytes.Length} bytes, expected 32");
}
