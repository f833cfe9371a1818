// SPDX-License-Identifier: Apache-2.0
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace PeerCompute.Client.Jobs;

/// <summary>Loads one small YAML document under bounds: size, depth, no anchors, no tags, no second document.</summary>
internal static class YamlText
{
    /// <summary>Longest file in characters; a job file has a few dozen lines.</summary>
    public const int MaxLength = 256 << 10;

    /// <summary>Deepest nesting; a job file needs three levels.</summary>
    public const int MaxDepth = 8;

    /// <summary>Loads a document.</summary>
    /// <param name="text">The file.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <returns>The top mapping, or null when there is none.</returns>
    public static YamlMappingNode? Load(string text, JobFileErrors errors)
    {
        if (text.Length > MaxLength)
        {
            errors.Add(new Mark(0, 1, 1), "", $"more than {MaxLength} characters; put data into input files");
            return null;
        }

        try
        {
            if (!IsPlain(text, errors)) return null;
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 0 || stream.Documents[0].RootNode is not YamlMappingNode top)
            {
                errors.Add(new Mark(0, 1, 1), "", "the file holds no keys; docs/job-file.md shows an example");
                return null;
            }

            return top;
        }
        catch (YamlException e)
        {
            errors.Add(e.Start, "", $"not valid YAML: {(e.InnerException ?? e).Message.TrimEnd('.')}. Check indentation, quotes and colons");
            return null;
        }
    }

    // The loader is recursive, so depth is checked on the flat events before it runs.
    private static bool IsPlain(string text, JobFileErrors errors)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        var documents = 0;
        while (parser.MoveNext())
        {
            var fault = parser.Current switch
            {
                DocumentStart when ++documents > 1 => "a second document; a job file holds one",
                AnchorAlias => "an alias; write the value out",
                NodeEvent { Anchor.IsEmpty: false } => "an anchor; write the value out",
                NodeEvent { Tag.IsEmpty: false } => "a tag; write the value without",
                MappingStart or SequenceStart when ++depth > MaxDepth => $"nested deeper than {MaxDepth} levels",
                _ => null,
            };
            if (parser.Current is MappingEnd or SequenceEnd) depth--;
            if (fault is null) continue;
            errors.Add(parser.Current!.Start, "", fault);
            return false;
        }

        return true;
    }
}
