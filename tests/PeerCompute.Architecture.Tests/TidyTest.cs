// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace PeerCompute.Architecture.Tests;

/// <summary>The look of the tree: what lies where, and what every text file keeps to.</summary>
[TestFixture]
internal sealed class TidyTest
{
    private const int LongestLine = 160;
    private const int LongestFile = 600;
    private const int FileWorthALook = 300;
    private const long LargestBinary = 1 << 20;

    // Generated stubs name these types by their well-known namespace.
    private const string GeneratedAgainst = "PeerCompute.Api.Grpc.Core";

    private static readonly string[] TopLevel =
        ["src", "tests", "proto", "docs", "Directory.Build.props", "PeerCompute.sln", "LICENSE", "README.md", "global.json"];

    private static readonly string[] SourceEndings = [".cs", ".proto", ".mjs", ".js", ".c", ".h", ".rs", ".sh", ".awk", ".csproj", ".props", ".targets"];

    private static readonly string[] TextEndings =
        [.. SourceEndings, ".md", ".json", ".yaml", ".yml", ".txt", ".html", ".css", ".xml", ".service", ".config", ".editorconfig"];

    // Spelled in halves, so that this file keeps its own rules.
    private static readonly Regex Unfinished = new($@"\b({"TO" + "DO"}|{"FIX" + "ME"}|{"HA" + "CK"}|{"XX" + "X"})\b|{"NotImplemented" + "Exception"}");

    private static readonly Regex MachinePath = new(@"(^|[^.\w])/" + @"(work|farm)/");

    private static readonly Regex RegistryHost = new(@"https?://[\w.-]*" + @"(nuget|npmjs|debian|pypi|crates)\b", RegexOptions.IgnoreCase);

    private static readonly Regex AsyncVoid = new(@"\basync\s+void\b");

    private static IEnumerable<string> Scripts =>
        Repository.Files.Where(file => Path.GetExtension(file).Length == 0 && Text(file).StartsWith("#!", StringComparison.Ordinal));

    private static IEnumerable<string> SourceFiles => Repository.FilesEndingIn(SourceEndings).Concat(Scripts);

    private static IEnumerable<string> TextFiles => Repository.FilesEndingIn(TextEndings).Concat(Scripts);

    [Test]
    public void The_top_level_holds_what_it_should_and_dotfiles()
    {
        var top = Repository.Files.Select(file => file.Split('/')[0]).Distinct().Where(name => !name.StartsWith('.'));
        Assert.That(top, Is.SubsetOf(TopLevel));
    }

    [Test]
    public void Every_source_file_says_its_licence_in_the_first_lines()
    {
        const string licence = "SPDX-License-Identifier: Apache-2.0";
        var silent = SourceFiles.Where(file => !Lines(file).Take(2).Any(line => line.Contains(licence, StringComparison.Ordinal)));
        Assert.That(silent, Is.Empty);
    }

    [Test]
    public void Lines_are_no_longer_than_160_columns()
    {
        var files = Repository.FilesEndingIn(".cs", ".proto", ".mjs", ".c", ".h", ".sh", ".awk").Concat(Scripts);
        Assert.That(Places(files, line => line.Length > LongestLine), Is.Empty);
    }

    [Test]
    public void CSharp_is_indented_with_spaces() => Assert.That(Places(Repository.FilesEndingIn(".cs"), line => line.Contains('\t')), Is.Empty);

    [Test]
    public void No_mark_of_unfinished_work_is_left() => Assert.That(Places(TextFiles, Unfinished.IsMatch), Is.Empty);

    [Test]
    public void No_method_is_async_void() => Assert.That(Places(Repository.FilesEndingIn(".cs"), AsyncVoid.IsMatch), Is.Empty);

    [Test]
    public void No_text_names_a_machine_path_or_a_registry_host() =>
        Assert.That(Places(TextFiles, line => MachinePath.IsMatch(line) || RegistryHost.IsMatch(line)), Is.Empty);

    [Test]
    public void CSharp_files_are_short()
    {
        var lengths = Repository.FilesEndingIn(".cs").Select(file => (file, lines: Lines(file).Length)).OrderByDescending(at => at.lines).ToList();
        foreach ((string file, int lines) in lengths.Where(at => at.lines > FileWorthALook))
        {
            TestContext.Out.WriteLine($"{lines} lines: {file}");
        }

        Assert.That(lengths.Where(at => at.lines > LongestFile), Is.Empty);
    }

    [Test]
    public void A_namespace_is_its_folder()
    {
        var wrong = new List<string>();
        foreach (string file in Repository.FilesEndingIn(".cs"))
        {
            string[] parts = file.Split('/');
            string folder = string.Join('.', parts[1..^1]);
            string expected = folder.StartsWith(GeneratedAgainst, StringComparison.Ordinal) ? "Grpc.Core" : folder;
            string? declared = Lines(file).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal));
            bool mayHaveNone = parts[^1] is "AssemblyInfo.cs" or "GlobalUsings.cs" || parts[0] == "docs";
            if (declared is null ? !mayHaveNone : declared != $"namespace {expected};")
            {
                wrong.Add($"{file}: expected namespace {expected}");
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Every_page_of_docs_has_one_title()
    {
        var wrong = Repository.FilesEndingIn(".md").Where(file => ProseLines(file).Count(line => line.StartsWith("# ", StringComparison.Ordinal)) != 1);
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Links_between_pages_lead_somewhere()
    {
        var dead = new List<string>();
        foreach (string page in Repository.FilesEndingIn(".md"))
        {
            foreach (Match link in ProseLines(page).SelectMany(line => Regex.Matches(line, @"\]\(([^)\s]+)\)")))
            {
                string target = link.Groups[1].Value.Split('#')[0];
                bool elsewhere = target.Length == 0 || target.Contains(':', StringComparison.Ordinal);
                if (!elsewhere && !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, target)))
                {
                    dead.Add($"{page}: {target}");
                }
            }
        }

        Assert.That(dead, Is.Empty);
    }

    [Test]
    public void No_binary_is_over_one_mebibyte()
    {
        var large = Repository.Files.Where(file => new FileInfo(Repository.FullPath(file)).Length > LargestBinary && IsBinary(file));
        Assert.That(large, Is.Empty);
    }

    [Test]
    public void Scripts_can_be_run()
    {
        Assume.That(OperatingSystem.IsWindows(), Is.False, "Windows has no execute bit");
        var scripts = Repository.FilesEndingIn(".sh").Where(file => Text(file).StartsWith("#!", StringComparison.Ordinal)).Concat(Scripts);
        var asleep = scripts.Where(file => !OperatingSystem.IsWindows() && !File.GetUnixFileMode(Repository.FullPath(file)).HasFlag(UnixFileMode.UserExecute));
        Assert.That(asleep, Is.Empty);
    }

    [Test]
    public void The_checks_of_text_can_fail()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Unfinished.IsMatch("// " + "TO" + "DO: later"));
            Assert.That(Unfinished.IsMatch("throw new " + "NotImplemented" + "Exception();"));
            Assert.That(MachinePath.IsMatch("see /wo" + "rk/notes"));
            Assert.That(MachinePath.IsMatch("src/network/work/x"), Is.False);
            Assert.That(RegistryHost.IsMatch("https://api.nu" + "get.org/v3"));
            Assert.That(AsyncVoid.IsMatch("public async " + "void Run()"));
        });
    }

    private static string Text(string file) => File.ReadAllText(Repository.FullPath(file));

    private static string[] Lines(string file) => File.ReadAllLines(Repository.FullPath(file));

    /// <summary>The lines of a page outside its fenced blocks: there "# " is a comment, not a title.</summary>
    private static IEnumerable<string> ProseLines(string page)
    {
        bool fenced = false;
        foreach (string line in Lines(page))
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                fenced = !fenced;
            }
            else if (!fenced)
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> Places(IEnumerable<string> files, Func<string, bool> offends) =>
        files.SelectMany(file => Lines(file).Select((line, index) => (line, place: $"{file}:{index + 1}")))
            .Where(at => offends(at.line))
            .Select(at => at.place);

    private static bool IsBinary(string file)
    {
        using FileStream stream = File.OpenRead(Repository.FullPath(file));
        Span<byte> head = stackalloc byte[8000];
        return head[..stream.Read(head)].Contains((byte)0);
    }
}
