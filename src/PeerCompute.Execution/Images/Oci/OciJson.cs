// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Images.Oci;

/// <summary>Reads a stranger's JSON: bounded in depth and length, no key twice, and every error names its field. Pure: bytes in, values out.</summary>
internal static class OciJson
{
    private const int Depth = 16;
    private const int TextLength = 4096;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Depth, AllowDuplicateProperties = false };

    /// <summary>A document that is an object.</summary>
    public static JsonElement Parse(ReadOnlyMemory<byte> bytes, string what)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw ImageFault.Bad($"{what} is no JSON object");
        }
        catch (JsonException wrong)
        {
            throw ImageFault.Bad($"{what} is not JSON as it should be ({Printable.Line(wrong.Message, 160)}): make the image again", wrong);
        }
    }

    /// <summary>A text; empty where there is none.</summary>
    public static string Text(JsonElement at, string field, int most = TextLength)
    {
        if (!at.TryGetProperty(field, out JsonElement value) || value.ValueKind == JsonValueKind.Null) return "";
        return value.ValueKind == JsonValueKind.String ? Bounded(value, field, most) : throw Wrong(field, "a text");
    }

    /// <summary>A whole number of 0 or more; 0 where there is none.</summary>
    public static long Number(JsonElement at, string field)
    {
        if (!at.TryGetProperty(field, out JsonElement value)) return 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= 0
            ? number : throw Wrong(field, "a whole number of 0 or more");
    }

    /// <summary>An object; null where there is none.</summary>
    public static JsonElement? Object(JsonElement at, string field)
    {
        if (!at.TryGetProperty(field, out JsonElement value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.Object ? value : throw Wrong(field, "an object");
    }

    /// <summary>A list of objects; empty where there is none.</summary>
    public static IEnumerable<JsonElement> Objects(JsonElement at, string field, int most) =>
        List(at, field, most).Select(item => item.ValueKind == JsonValueKind.Object ? item : throw Wrong(field, "a list of objects"));

    /// <summary>A list of texts; empty where there is none.</summary>
    public static IReadOnlyList<string> Texts(JsonElement at, string field, int most, int length = TextLength) =>
    [
        .. List(at, field, most).Select(item => item.ValueKind == JsonValueKind.String ? Bounded(item, field, length) : throw Wrong(field, "a list of texts")),
    ];

    private static IEnumerable<JsonElement> List(JsonElement at, string field, int most)
    {
        if (!at.TryGetProperty(field, out JsonElement value) || value.ValueKind == JsonValueKind.Null) return [];
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(field, "a list");
        if (value.GetArrayLength() > most) throw ImageFault.Limit($"{field}: {value.GetArrayLength()} items, limit {most}: make a smaller image");
        return value.EnumerateArray();
    }

    private static string Bounded(JsonElement value, string field, int most)
    {
        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException wrong)
        {
            throw ImageFault.Bad($"{field} is no Unicode text: make the image again", wrong); // half of a surrogate pair
        }

        if (text.Length > most) throw ImageFault.Limit($"{field}: a text of {text.Length} characters, limit {most}: shorten it");
        return text.Contains('\0') ? throw ImageFault.Bad($"{field}: a text holds a zero character: make the image again") : text;
    }

    private static PeerComputeException Wrong(string field, string form) => ImageFault.Bad($"{field} must be {form}: make the image again");
}
