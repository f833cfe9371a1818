// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using YamlDotNet.Core;

namespace PeerCompute.Client.Jobs;

/// <summary>What is wrong with a job file, all at once: the first <see cref="Most"/> findings by place.</summary>
/// <param name="file">Name of the file for messages.</param>
internal sealed class JobFileErrors(string file)
{
    /// <summary>Findings that are shown; more are counted.</summary>
    public const int Most = 20;

    private readonly List<(long Line, long Column, string Text)> _found = [];
    private int _more;

    /// <summary>True when nothing is wrong.</summary>
    public bool IsEmpty => _found.Count == 0;

    /// <summary>Adds a finding.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="key">Dotted key, empty for the file as a whole.</param>
    /// <param name="text">Cause and remedy.</param>
    public void Add(Mark place, string key, string text)
    {
        if (_found.Count == Most)
        {
            _more++;
            return;
        }

        var where = string.Create(CultureInfo.InvariantCulture, $"{file}:{place.Line}:{place.Column}: ");
        _found.Add((place.Line, place.Column, where + (key.Length > 0 ? key + ": " : "") + text));
    }

    /// <summary>One exception with all findings, one a line.</summary>
    public PeerComputeException ToException()
    {
        var lines = _found.OrderBy(f => (f.Line, f.Column)).Select(f => f.Text);
        if (_more > 0) lines = lines.Append($"{file}: and {_more} more");
        return new PeerComputeException(ErrorCode.BadInput, string.Join('\n', lines));
    }
}
