// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;

namespace PeerCompute.Wasm.Tests.Spec;

/// <summary>Values as wast2json writes them.</summary>
internal static class SpecValue
{
    public static ulong Bits(JsonElement value)
    {
        var text = value.GetProperty("value").GetString()!;
        if (value.GetProperty("type").GetString() is "externref" or "funcref")
        {
            return text == "null" ? 0 : ulong.Parse(text, CultureInfo.InvariantCulture) + 1;
        }

        return text.StartsWith('-') ? (ulong)long.Parse(text, CultureInfo.InvariantCulture) : ulong.Parse(text, CultureInfo.InvariantCulture);
    }

    public static bool Matches(JsonElement expected, ulong actual)
    {
        var type = expected.GetProperty("type").GetString();
        if (!expected.TryGetProperty("value", out var value))
        {
            return actual != 0;
        }

        return (type, value.GetString()) switch
        {
            ("f32", "nan:canonical") => (actual & 0x7FFFFFFF) == 0x7FC00000,
            ("f32", "nan:arithmetic") => (actual & 0x7FC00000) == 0x7FC00000,
            ("f64", "nan:canonical") => (actual & 0x7FFFFFFFFFFFFFFF) == 0x7FF8000000000000,
            ("f64", "nan:arithmetic") => (actual & 0x7FF8000000000000) == 0x7FF8000000000000,
            ("i32" or "f32", _) => actual == (uint)Bits(expected),
            _ => actual == Bits(expected),
        };
    }
}
