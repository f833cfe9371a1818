// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Leases;

/// <summary>Values for the environment of a job's program that nobody but its client and the holders of its leases may see (docs/protocol/job.md).</summary>
/// <param name="Blind">32 bytes that make <see cref="Hash"/> say nothing.</param>
/// <param name="Items">At most <see cref="ItemsMost"/>, their names all different.</param>
public sealed record JobSecrets(Hash32 Blind, ImmutableArray<JobSecret> Items)
{
    /// <summary>Most secrets of one job.</summary>
    public const int ItemsMost = 16;

    /// <summary>Longest value in UTF-8 bytes.</summary>
    public const int ValueBytes = WireLimits.TextBytes - WireLimits.NameBytes - 1;

    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = (ItemsMost * (WireLimits.TextBytes + 16)) + 64;

    /// <summary>None.</summary>
    public static JobSecrets None { get; } = new(default, []);

    /// <summary>What a spec names: who gets other secrets sees it.</summary>
    /// <returns>The hash.</returns>
    public Hash32 Hash() => Items.IsEmpty ? default : new HashBuilder("peercompute/1/secrets").Add(Encode()).Hash();

    /// <summary>Reads secrets.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The secrets.</returns>
    /// <exception cref="WireException">A field is missing, out of range, or the encoding is not canonical; names no value.</exception>
    public static JobSecrets Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.Secrets.Parser, bytes, MaxBytes, "secrets");
        var items = Canonical.List(m.Items, ItemsMost, "secrets", static (s, f) => new JobSecret(
            Canonical.Text(s.Name, WireLimits.NameBytes, f + ".name"), Canonical.Text(s.Value, ValueBytes, f + ".value")));
        for (var i = 0; i < items.Length; i++)
        {
            if (WrongName(items[i].Name) is { Length: > 0 } wrong) throw new WireException($"secrets[{i}].name", wrong);
            if (items[i].Value.Contains('\0', StringComparison.Ordinal)) throw new WireException($"secrets[{i}].value", "holds a zero byte");
            for (var j = 0; j < i; j++)
            {
                if (items[i].Name == items[j].Name) throw new WireException($"secrets[{i}].name", "stands twice");
            }
        }

        return new JobSecrets(Canonical.Hash(m.Blind, "secrets.blind"), items);
    }

    /// <summary>What is wrong with the name of an environment variable, or empty.</summary>
    /// <param name="name">The name.</param>
    /// <returns>A few words.</returns>
    public static string WrongName(string name)
        => name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0 ? "is no name of a variable" : "";

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is sealed.</returns>
    public byte[] Encode()
    {
        var m = new V1.Secrets { Blind = Canonical.Bytes(Blind) };
        foreach (var item in Items) m.Items.Add(new V1.Secret { Name = item.Name, Value = item.Value });
        return m.ToByteArray();
    }
}
