// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Trust.Receipts;

/// <summary>What is wrong with a receipt file, in the order it was found.</summary>
/// <param name="file">The file.</param>
internal sealed class ProblemList(ReadOnlyMemory<byte> file)
{
    /// <summary>Most problems that are kept: enough to see what is wrong; a hostile file could make millions.</summary>
    public const int Most = 100;

    private readonly ImmutableArray<ReceiptProblem>.Builder _items = ImmutableArray.CreateBuilder<ReceiptProblem>();

    public ImmutableArray<ReceiptProblem> Items => _items.ToImmutable();

    public bool None => _items.Count == 0;

    public void Add(string field, string text, int offset = -1)
    {
        if (_items.Count < Most) _items.Add(new ReceiptProblem(field, offset, text));
    }

    /// <summary>Adds a problem unless two values are the same.</summary>
    public void Same<T>(string field, T found, T expected, string source)
        where T : IEquatable<T>
    {
        if (!found.Equals(expected)) Add(field, $"is {found}; {source}: {expected}");
    }

    /// <summary>Decodes a part of the file; what breaks becomes a problem.</summary>
    public T? Read<T>(string field, ReadOnlyMemory<byte> part, Func<ReadOnlyMemory<byte>, T> decode)
        where T : class
    {
        try
        {
            return decode(part);
        }
        catch (WireException e)
        {
            var name = e.Field.StartsWith(field, StringComparison.Ordinal) ? e.Field : $"{field}.{e.Field}";
            var start = e.Offset < 0 ? -1 : file.Span.IndexOf(part.Span);
            Add(name, e.Reason, start < 0 ? -1 : start + e.Offset);
            return null;
        }
    }

    /// <summary>Checks an envelope's signature.</summary>
    public void Signed(string field, SignedEnvelope envelope)
    {
        if (!envelope.Verify(Domains.Signature)) Add(field + ".signature", $"is not a signature of {envelope.Signer} over these bytes");
    }
}
