// SPDX-License-Identifier: Apache-2.0
using System.Text.Encodings.Web;
using System.Text.Json;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Supervising;

/// <summary>
/// What node and supervisor tell each other, as JSON: both are the same build of this program, and what a lease or a report gets in addition
/// crosses by itself. A child's bytes never come here; they were decoded under limits before.
/// </summary>
internal static class LinkCodec
{
    /// <summary>Longest message, bytes: a child's longest, eight times over for what JSON escapes.</summary>
    public const int MostBytes = 8 << 20;

    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 16 };

    /// <summary>Writes a message.</summary>
    public static byte[] Encode<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, Options);

    /// <summary>Reads a message.</summary>
    /// <exception cref="WireException">It is none.</exception>
    public static T Decode<T>(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, Options) ?? throw new WireException(typeof(T).Name, "null");
        }
        catch (Exception broken) when (broken is JsonException or NotSupportedException)
        {
            throw new WireException(typeof(T).Name, broken.Message);
        }
    }
}
