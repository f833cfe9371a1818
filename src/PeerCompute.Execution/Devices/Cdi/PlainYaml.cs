// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Devices.Cdi;

/// <summary>
/// The part of YAML 1.2 that programs write: block maps and lists, texts plain or quoted on one line, empty <c>[]</c> and <c>{}</c>, comments. Anchors, tags,
/// texts
/// of several lines and further documents are refused. All scalars are texts.
/// </summary>
internal sealed class PlainYaml
{
    private const int MostLines = 20_000, MostDepth = 16;
    private readonly List<(int Indent, string Text, int Number)> _lines = [];
    private int _at;

    private PlainYaml(string text)
    {
        string[] lines = text.Split('\n', MostLines + 1);
        if (lines.Length > MostLines) throw new WireException("yaml", $"more than {MostLines} lines");
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd(' ', '\r');
            string content = line.TrimStart(' ');
            if (content.Length == 0 || content[0] == '#') continue;
            if (content == "---" && _lines.Count == 0) continue;
            if (content[0] == '\t' || content is "---" or "...") throw Wrong(i + 1, "tabs and further documents are not read");
            _lines.Add((line.Length - content.Length, content, i + 1));
        }
    }

    /// <summary>Reads a document.</summary>
    /// <param name="text">The document.</param>
    /// <returns>Its root; null where it is empty.</returns>
    /// <exception cref="WireException">It is not of this part of YAML; names the line.</exception>
    public static JsonNode? Read(string text)
    {
        var yaml = new PlainYaml(text);
        if (yaml._lines.Count == 0) return null;
        JsonNode? root = yaml.Node(yaml._lines[0].Indent, 0);
        return yaml._at == yaml._lines.Count ? root : throw Wrong(yaml._lines[yaml._at].Number, "is indented unlike the lines before it");
    }

    private JsonNode? Node(int indent, int depth)
    {
        if (depth > MostDepth) throw Wrong(_lines[_at].Number, $"deeper than {MostDepth} levels");
        string text = _lines[_at].Text;
        if (IsItem(text)) return List(indent, depth);
        return KeyEnd(text) >= 0 ? Map(indent, depth) : Scalar(_lines[_at++]);
    }

    private JsonArray List(int indent, int depth)
    {
        var list = new JsonArray();
        while (_at < _lines.Count && _lines[_at].Indent == indent && IsItem(_lines[_at].Text))
        {
            (_, string text, int number) = _lines[_at];
            string rest = text[1..].TrimStart(' ');
            if (rest.Length == 0)
            {
                _at++;
                list.Add(Below(indent + 1, depth));
                continue;
            }

            _lines[_at] = (indent + text.Length - rest.Length, rest, number); // what follows the dash is a line of its own, further in
            list.Add(Node(_lines[_at].Indent, depth + 1));
        }

        return list;
    }

    private JsonObject Map(int indent, int depth)
    {
        var map = new JsonObject();
        while (_at < _lines.Count && _lines[_at].Indent == indent && !IsItem(_lines[_at].Text))
        {
            (_, string text, int number) = _lines[_at++];
            int end = KeyEnd(text);
            if (end < 0) throw Wrong(number, "is no 'key: value'");
            string key = Scalar((0, text[..end], number)) is { } name ? name.GetValue<string>() : "";
            string rest = text[(end + 1)..].TrimStart(' ');
            bool listBelow = _at < _lines.Count && _lines[_at].Indent == indent && IsItem(_lines[_at].Text); // lists may stand below their key
            JsonNode? value = rest.Length > 0 && rest[0] != '#' ? Scalar((0, rest, number)) : Below(listBelow ? indent : indent + 1, depth);
            if (!map.TryAdd(key, value)) throw Wrong(number, $"a second key '{Printable.Line(key, 80)}'");
        }

        return map;
    }

    /// <summary>What is further in than a line, or nothing.</summary>
    private JsonNode? Below(int least, int depth) => _at < _lines.Count && _lines[_at].Indent >= least ? Node(_lines[_at].Indent, depth + 1) : null;

    private static JsonNode? Scalar((int Indent, string Text, int Number) line)
    {
        string text = line.Text;
        switch (text[0])
        {
            case '"':
                int close = 1;
                while (close < text.Length && text[close] != '"') close += text[close] == '\\' ? 2 : 1;
                if (close >= text.Length || !IsEnd(text, close + 1)) throw Wrong(line.Number, "a text without its closing quote");
                try
                {
                    return JsonNode.Parse(text[..(close + 1)]);
                }
                catch (JsonException)
                {
                    throw Wrong(line.Number, "an escape that is not known");
                }

            case '\'':
                int last = text.LastIndexOf('\'');
                if (last == 0 || !IsEnd(text, last + 1)) throw Wrong(line.Number, "a text without its closing quote");
                return text[1..last].Replace("''", "'", StringComparison.Ordinal);
            case '[' or '{':
                return text switch
                {
                    "[]" => new JsonArray(),
                    "{}" => new JsonObject(),
                    _ => throw Wrong(line.Number, "lists and maps in one line are not read"),
                };
            case '&' or '*' or '!' or '|' or '>' or '%' or '@' or '`':
                throw Wrong(line.Number, "anchors, tags and texts of several lines are not read");
            default:
                int comment = text.IndexOf(" #", StringComparison.Ordinal);
                string plain = comment < 0 ? text : text[..comment].TrimEnd(' ');
                return plain is "~" or "null" ? null : plain;
        }
    }

    private static bool IsItem(string text) => text == "-" || text.StartsWith("- ", StringComparison.Ordinal);

    private static bool IsEnd(string text, int at) => text.AsSpan(at).TrimStart(' ') is [] or ['#', ..];

    /// <summary>Where the colon behind a key is; -1 where there is none.</summary>
    private static int KeyEnd(string text)
    {
        int from = 0;
        if (text[0] is '"' or '\'') from = text.IndexOf(text[0], 1) is > 0 and var close ? close : text.Length - 1;
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] == ':' && (i + 1 == text.Length || text[i + 1] == ' ')) return i == 0 ? -1 : i;
            if (text[i] == '#' && i > 0 && text[i - 1] == ' ') return -1;
        }

        return -1;
    }

    private static WireException Wrong(int line, string what) => new("yaml", string.Create(CultureInfo.InvariantCulture, $"line {line}: {what}"));
}
