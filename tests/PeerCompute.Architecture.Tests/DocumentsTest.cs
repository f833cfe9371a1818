// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace PeerCompute.Architecture.Tests;

/// <summary>What documents say about the tree is so.</summary>
[TestFixture]
internal sealed partial class DocumentsTest
{
    private static IEnumerable<string> Pages =>
        Repository.FilesEndingIn(".md").Where(static file => file.StartsWith("docs/protocol/", StringComparison.Ordinal)).Append("docs/architecture.md");

    [Test]
    public void Every_path_that_a_page_names_exists()
    {
        var missing = Pages.SelectMany(page => NamedPath().Matches(Text(page)).Select(match => (page, path: match.Groups[1].Value)))
            .Where(static named => !Path.Exists(Repository.FullPath(named.path)));
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void The_index_of_the_protocol_names_every_page()
    {
        var index = Text("docs/protocol/README.md");
        var pages = Pages.Where(static page => page.StartsWith("docs/protocol/", StringComparison.Ordinal)).Select(static page => Path.GetFileName(page)!);
        Assert.That(pages.Where(page => page != "README.md" && !index.Contains($"({page})", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_architecture_page_has_the_table_of_the_house()
    {
        var page = Text("docs/architecture.md");
        var missing = House.Rooms.Where(room =>
        {
            var sees = room.Sees.Length == 0 ? "–" : string.Join(", ", room.Sees);
            var row = $@"^\| `{room.Project}` \| {(room.Pure ? "yes" : "no")} \| [^|]+ \| {sees} \|$";
            return !Regex.IsMatch(page, row, RegexOptions.Multiline);
        });
        Assert.That(missing, Is.Empty);
    }

    private static string Text(string file) => File.ReadAllText(Repository.FullPath(file));

    [GeneratedRegex(@"`((?:src|tests|proto|docs)/[\w./-]+)`")]
    private static partial Regex NamedPath();
}
