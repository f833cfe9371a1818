// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Wire.Common;

/// <summary>
/// Which network a node belongs to: the default one, or somebody's own. Nodes of different networks do not work together. Separated, not
/// secret: every peer that connects is told the id, and who has it may use it.
/// </summary>
public sealed record NetworkId
{
    /// <summary>The form of an id, for messages.</summary>
    public const string Form = "16 characters a–z and 2–7, or 'open'";

    /// <summary>Random bytes that an own id is made of: 80 bits, so that two of them meet by intent only.</summary>
    public const int Bytes = 10;

    private const string Family = "peercompute/1/";

    private readonly string _text;

    private NetworkId(string text) => _text = text;

    /// <summary>The network of a node that was told no other.</summary>
    public static NetworkId Open { get; } = new("open");

    /// <summary>How a node of this network names its family in identify (libp2p/specs identify, protocolVersion).</summary>
    public string ProtocolVersion => Family + _text;

    /// <summary>Makes an own network's id.</summary>
    /// <param name="random">10 unpredictable bytes.</param>
    /// <returns>The id.</returns>
    public static NetworkId Of(ReadOnlySpan<byte> random)
    {
        Invariant.Check(random.Length == Bytes);
        return new NetworkId(Base32.Encode(random));
    }

    /// <summary>Reads an id.</summary>
    /// <param name="text">A stranger's or a person's text.</param>
    /// <returns>The id, or null where the text is none.</returns>
    public static NetworkId? TryParse(string text)
    {
        if (text == Open._text) return Open;
        if (text.Length != Bytes * 8 / 5) return null;
        foreach (var c in text)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '2' and <= '7'))) return null;
        }

        return new NetworkId(text);
    }

    /// <summary>The network that a peer names in identify.</summary>
    /// <param name="protocolVersion">What it says.</param>
    /// <returns>Its network, or null where it is no node of ours or names none.</returns>
    public static NetworkId? OfPeer(string protocolVersion)
        => protocolVersion.StartsWith(Family, StringComparison.Ordinal) ? TryParse(protocolVersion[Family.Length..]) : null;

    /// <summary>The id.</summary>
    /// <returns>16 characters, or <c>open</c>.</returns>
    public override string ToString() => _text;
}
