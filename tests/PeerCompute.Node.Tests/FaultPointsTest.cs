// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace PeerCompute.Node.Tests;

[TestFixture]
internal sealed partial class FaultPointsTest
{
    [Test]
    public void The_page_of_fault_points_names_those_of_the_code()
    {
        var root = Root();
        var code = Directory.GetFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(static file => InCode().Matches(File.ReadAllText(file)))
            .Select(static match => match.Groups[1].Value);
        var page = InPage().Matches(File.ReadAllText(Path.Combine(root, "docs/protocol/fault-points.md"))).Select(static match => match.Groups[1].Value);
        Assert.That(page, Is.EquivalentTo(code.Distinct()));
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PeerCompute.sln"))) return folder.FullName;
        }

        throw new FileNotFoundException("the sources are read: run these tests inside a clone");
    }

    [GeneratedRegex("FaultPoint\\.Hit\\(\"([a-z.]+)\"\\)")]
    private static partial Regex InCode();

    [GeneratedRegex("^\\| `([a-z.]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex InPage();
}
