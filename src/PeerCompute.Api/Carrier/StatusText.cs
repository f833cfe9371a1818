// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace PeerCompute.Api.Carrier;

/// <summary>The text forms of gRPC over HTTP/2: percent-encoded messages and time-outs (grpc/doc/PROTOCOL-HTTP2.md).</summary>
public static class StatusText
{
    /// <summary>Longest status message that is sent, bytes of UTF-8; the rest is cut off, so that trailers stay below header limits.</summary>
    public const int MaxMessage = 4096;

    /// <summary>Percent-encodes a status message: printable ASCII but the percent sign stays.</summary>
    /// <param name="message">Any text.</param>
    /// <returns>ASCII text.</returns>
    public static string Encode(string message)
    {
        var text = new StringBuilder(message.Length);
        var bytes = Encoding.UTF8.GetBytes(message);
        foreach (var b in bytes.AsSpan(0, Math.Min(bytes.Length, MaxMessage)))
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'%') text.Append((char)b);
            else text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return text.ToString();
    }

    /// <summary>Decodes a status message; what is not validly encoded stays as it is.</summary>
    /// <param name="text">ASCII text.</param>
    /// <returns>The message.</returns>
    public static string Decode(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
            {
                bytes.Add(b);
                i += 2;
            }
            else
            {
                bytes.Add(text[i] < 0x80 ? (byte)text[i] : (byte)'?');
            }
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>A time-out as header value: at most eight digits and a unit.</summary>
    /// <param name="left">Time that is left; not positive counts as one millisecond.</param>
    /// <returns>For example <c>2500m</c>.</returns>
    public static string EncodeTimeout(TimeSpan left)
    {
        var ms = Math.Max(1, (long)left.TotalMilliseconds);
        if (ms <= 99_999_999) return string.Create(CultureInfo.InvariantCulture, $"{ms}m");
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Min(ms / 1000, 99_999_999)}S");
    }

    /// <summary>Reads a time-out.</summary>
    /// <param name="text">Header value.</param>
    /// <param name="left">The time-out.</param>
    /// <returns>False when it is not of the form.</returns>
    public static bool TryDecodeTimeout(string text, out TimeSpan left)
    {
        left = default;
        if (text.Length is < 2 or > 9) return false;
        if (!uint.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        long? unit = text[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 0,
            _ => null,
        };
        if (unit is not { } ticks) return false;
        left = TimeSpan.FromTicks(ticks == 0 ? number / 100 : number * ticks);
        return true;
    }
}
