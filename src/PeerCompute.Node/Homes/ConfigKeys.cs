// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using PeerCompute.Base.Errors;

namespace PeerCompute.Node.Homes;

/// <summary>Reads the values of <c>config.json</c>; what is wrong is said with file and key.</summary>
internal static class ConfigKeys
{
    /// <summary>The form of times.</summary>
    public const string Moment = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Most texts in a list.</summary>
    public const int TextsMost = 16;

    public static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    public static string Text(JsonProperty key, string path)
        => key.Value.ValueKind == JsonValueKind.String ? key.Value.GetString()! : throw Wrong(path, key.Name, "must be a text");

    public static ImmutableArray<string> Texts(JsonProperty key, string path)
    {
        if (key.Value.ValueKind != JsonValueKind.Array || key.Value.GetArrayLength() > TextsMost)
            throw Wrong(path, key.Name, $"must be a list of at most {TextsMost} texts");
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var item in key.Value.EnumerateArray())
        {
            texts.Add(item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(path, key.Name, "must hold texts only"));
        }

        return texts.ToImmutable();
    }

    public static DateTimeOffset? Time(JsonProperty key, string path)
    {
        var text = Text(key, path);
        if (text.Length == 0) return null;
        const DateTimeStyles Universal = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, Moment, CultureInfo.InvariantCulture, Universal, out var time)
            ? time : throw Wrong(path, key.Name, "must be a time such as \"2027-01-15T08:00:00Z\", or empty");
    }

    public static bool Flag(JsonProperty key, string path) => key.Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(path, key.Name, "must be true or false"),
    };

    public static long Number(JsonProperty key, string path, long least, long most)
        => key.Value.ValueKind == JsonValueKind.Number && key.Value.TryGetInt64(out var n) && n >= least && n <= most
            ? n
            : throw Wrong(path, key.Name, $"must be a whole number from {least} to {most}");

    public static PeerComputeException Wrong(string path, string field, string what) => new(ErrorCode.Home, $"{path}: {field} {what}.");
}
