// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Escapes;

namespace PeerCompute.Execution.Protocol;

/// <summary>What the kernel answered to a child that played a broken-out engine.</summary>
internal sealed record EscapesMessage
{
    /// <summary>Most attempts of one child.</summary>
    public const int MostAttempts = 64;

    private const int MostTargetBytes = 4096; // PATH_MAX
    private const int MostAttemptBytes = MostTargetBytes + 64;

    /// <summary>The attempts, in order.</summary>
    public IReadOnlyList<EscapeAttempt> Attempts { get; init; } = [];

    /// <summary>Writes the message.</summary>
    public byte[] Encode()
    {
        var writer = new ProtoWriter();
        foreach (EscapeAttempt attempt in Attempts)
        {
            writer.Bytes(1, new ProtoWriter().Varint(1, (ulong)attempt.Kind).Text(2, attempt.Target).Varint(3, (ulong)attempt.Errno)
                .Varint(4, (ulong)attempt.Made).Varint(5, attempt.Filter ? 1u : 0).ToArray());
        }

        return writer.ToArray();
    }

    /// <summary>Reads the message.</summary>
    /// <exception cref="WireException">It breaks the format.</exception>
    public static EscapesMessage Decode(ReadOnlySpan<byte> bytes)
    {
        var attempts = new List<EscapeAttempt>();
        var reader = new ProtoReader(bytes, MostAttempts);
        while (reader.Next())
        {
            if (reader.Field != 1) throw new WireException("escapes", $"unknown field {reader.Field}");
            attempts.Add(Attempt(reader.Bytes("attempt", MostAttemptBytes)));
        }

        return new EscapesMessage { Attempts = attempts };
    }

    private static EscapeAttempt Attempt(ReadOnlySpan<byte> bytes)
    {
        var attempt = new EscapeAttempt(EscapeKind.HostFile, "", 0, 0, false);
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            attempt = reader.Field switch
            {
                1 => attempt with { Kind = (EscapeKind)reader.Varint("kind") },
                2 => attempt with { Target = Encoding.UTF8.GetString(reader.Bytes("target", MostTargetBytes)) },
                3 => attempt with { Errno = (int)reader.Varint("errno") },
                4 => attempt with { Made = (int)reader.Varint("made") },
                5 => attempt with { Filter = reader.Varint("filter") != 0 },
                _ => throw new WireException("attempt", $"unknown field {reader.Field}"),
            };
        }

        return attempt;
    }
}
