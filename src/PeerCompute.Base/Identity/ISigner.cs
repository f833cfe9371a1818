// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.Identity;

/// <summary>What a node does with its secret keys, without showing them.</summary>
public interface ISigner
{
    /// <summary>Who signs.</summary>
    PeerId PeerId { get; }

    /// <summary>The X25519 key that others seal boxes to, 32 bytes.</summary>
    ReadOnlyMemory<byte> SealingKey { get; }

    /// <summary>Signs a message with Ed25519.</summary>
    /// <param name="message">Any length; starts with a domain label of its own.</param>
    /// <param name="signature">Exactly 64 bytes.</param>
    void Sign(ReadOnlySpan<byte> message, Span<byte> signature);

    /// <summary>Opens a <see cref="Crypto.SealedBox"/> sealed to <see cref="SealingKey"/>.</summary>
    /// <param name="box">A stranger's bytes.</param>
    /// <param name="label">What the box should be for.</param>
    /// <param name="associated">Bytes it should be bound to.</param>
    /// <returns>The plaintext, or null when it is no such box.</returns>
    byte[]? Open(ReadOnlySpan<byte> box, string label, ReadOnlySpan<byte> associated);

    /// <summary>A secret of this identity for one purpose: the same whenever it is asked, and unknown to everybody else.</summary>
    /// <param name="label">The purpose.</param>
    /// <param name="context">What it is for, for example a lease id.</param>
    /// <returns>32 bytes.</returns>
    byte[] Derive(string label, ReadOnlySpan<byte> context);
}
