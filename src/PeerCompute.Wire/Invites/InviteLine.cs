// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Wire.Invites;

/// <summary>
/// The text of an invite: <c>pc1:</c>, then base32 (RFC 4648, without padding) of a length and the signed bytes. After every
/// <see cref="GroupData"/> characters, and after the last ones, stands a check character, so that a typing error is found and its place is
/// known. The check is the sum of the group's values, each second one counted three times, modulo 32, as in EAN-13 (ISO/IEC 15420) modulo 10: both
/// weights have an inverse, so every single wrong character changes it.
/// </summary>
internal static class InviteLine
{
    /// <summary>Longest line looked at, characters with white space.</summary>
    public const int LineMost = 4096;

    /// <summary>Characters of a group before its check character.</summary>
    public const int GroupData = 15;

    private const int Group = GroupData + 1;
    private const int LengthBytes = 2;
    private const string Name = "pc";
    private const string Prefix = "pc1:";
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Writes a line.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var framed = new byte[LengthBytes + bytes.Length];
        (framed[0], framed[1]) = ((byte)(bytes.Length >> 8), (byte)bytes.Length);
        bytes.CopyTo(framed.AsSpan(LengthBytes));
        var data = Base32.Encode(framed);
        var line = new StringBuilder(Prefix);
        for (var at = 0; at < data.Length; at += GroupData)
        {
            var group = data.AsSpan(at, Math.Min(GroupData, data.Length - at));
            line.Append(group).Append(Check(group));
        }

        return line.ToString();
    }

    /// <summary>Reads a line.</summary>
    /// <returns>The signed bytes.</returns>
    /// <exception cref="InviteException">It is no line, of another version, cut short or mistyped.</exception>
    public static byte[] Read(string line)
    {
        if (line.Length > LineMost)
            throw new InviteException(InviteFault.NotAnInvite, $"The line has {line.Length} characters, an invite at most {LineMost}.");
        var text = Plain(line);
        CheckVersion(text);
        var body = text[Prefix.Length..];
        for (var at = 0; at < body.Length; at++)
        {
            if (Alphabet.IndexOf(body[at], StringComparison.Ordinal) < 0)
                throw Mistyped($"Character {Prefix.Length + at + 1} is '{body[at]}', which no invite has");
        }

        // The first group holds the length: nothing is concluded from it before its check is good.
        var data = new StringBuilder(body.Length);
        for (var at = 0; at + Group <= body.Length; at += Group) TakeGroup(data, body, at, Group);
        var rest = body.Length % Group;
        if (data.Length == 0) throw CutShort(text.Length, "more");
        var expected = LineLength(data);
        if (text.Length < expected) throw CutShort(text.Length, expected.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (text.Length > expected) throw Mistyped($"The line ends with {text.Length - expected} characters too many");
        if (rest > 0) TakeGroup(data, body, body.Length - rest, rest);
        try
        {
            return Base32.Decode(data.ToString())[LengthBytes..];
        }
        catch (WireException e)
        {
            throw new InviteException(InviteFault.Malformed, $"The line is no valid invite ({e.Message}): ask for a new one.");
        }
    }

    private static string Plain(string line)
    {
        var plain = new StringBuilder(line.Length);
        foreach (var c in line)
        {
            if (!char.IsWhiteSpace(c)) plain.Append(c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c);
        }

        return plain.ToString();
    }

    private static void CheckVersion(string text)
    {
        if (text.StartsWith(Prefix, StringComparison.Ordinal)) return;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > Name.Length && text.StartsWith(Name, StringComparison.Ordinal) && IsNumber(text.AsSpan(Name.Length, colon - Name.Length)))
        {
            throw new InviteException(InviteFault.OtherVersion,
                $"The line is an invite of version {text[Name.Length..colon]}, this program reads version 1: install the newer peercompute.");
        }

        if (text.Length > 0 && Prefix.StartsWith(text, StringComparison.Ordinal)) throw CutShort(text.Length, "more");
        throw new InviteException(InviteFault.NotAnInvite, $"The line is no invite: one begins with '{Prefix}'. Ask for it with 'peercompute invite'.");
    }

    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
        }

        return text.Length <= 4;
    }

    private static void TakeGroup(StringBuilder data, string body, int at, int count)
    {
        var group = body.AsSpan(at, count - 1);
        var first = Prefix.Length + at + 1;
        if (Check(group) != body[at + count - 1])
            throw Mistyped($"A character is wrong, missing or too many between the characters {first} and {first + count - 1}");
        data.Append(group);
    }

    private static char Check(ReadOnlySpan<char> group)
    {
        var sum = 0;
        for (var i = 0; i < group.Length; i++) sum += Alphabet.IndexOf(group[i], StringComparison.Ordinal) * (i % 2 == 0 ? 1 : 3);
        return Alphabet[sum % Alphabet.Length];
    }

    /// <summary>Characters of the whole line, from the length that its first group holds.</summary>
    private static int LineLength(StringBuilder data)
    {
        var bits = 0;
        for (var i = 0; i < 4; i++) bits = (bits << 5) | Alphabet.IndexOf(data[i], StringComparison.Ordinal);
        var bytes = LengthBytes + (bits >> 4);
        var characters = ((bytes * 8) + 4) / 5;
        return Prefix.Length + characters + ((characters + GroupData - 1) / GroupData);
    }

    private static InviteException Mistyped(string what)
        => new(InviteFault.Mistyped, $"{what}: compare the line with the one that was sent, or copy it again.");

    private static InviteException CutShort(int has, string of)
        => new(InviteFault.CutShort, $"The line is cut short: {has} of {of} characters came. Copy the whole line, put between quotes.");
}
