// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PeerCompute.Architecture.Tests;

/// <summary>What holds for every project of the solution.</summary>
[TestFixture]
internal sealed class SolutionTest
{
    private static readonly string[] Strictness = ["TreatWarningsAsErrors", "Nullable", "EnforceCodeStyleInBuild", "RestorePackagesWithLockFile"];

    private static IEnumerable<string> BuildFiles => Repository.FilesEndingIn(".csproj", ".props", ".targets");

    [Test]
    public void Every_project_is_in_the_solution()
    {
        string solution = File.ReadAllText(Repository.FullPath("PeerCompute.sln")).Replace('\\', '/');
        Assert.That(Repository.FilesEndingIn(".csproj").Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Every_project_has_its_lock_file()
    {
        var missing = Repository.FilesEndingIn(".csproj")
            .Select(project => Path.GetDirectoryName(project)!.Replace('\\', '/') + "/packages.lock.json")
            .Except(Repository.Files);
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Versions_of_packages_stand_on_one_page()
    {
        var elsewhere = BuildFiles.Where(file => file != "src/Packages.props").Where(
            file => Xml(file).Descendants("PackageVersion").Any()
                || Xml(file).Descendants("PackageReference").Attributes().Any(attribute => attribute.Name.LocalName is "Version" or "VersionOverride"));
        Assert.That(elsewhere, Is.Empty);
    }

    [Test]
    public void BouncyCastle_is_named_once()
    {
        Assert.That(Xml("Directory.Build.props").Descendants("BouncyCastlePackage").Count(), Is.EqualTo(1));
        var byName = BuildFiles.Where(file => Xml(file).Descendants("PackageReference")
            .Any(item => item.Attribute("Include")?.Value.Contains("BouncyCastle.", StringComparison.Ordinal) == true));
        Assert.That(byName, Is.Empty, "refer to $(BouncyCastlePackage)");
    }

    [TestCaseSource(nameof(Strictness))]
    public void Strictness_is_set_once_and_nobody_turns_it_off(string property)
    {
        string on = property == "Nullable" ? "enable" : "true";
        Assert.That(Xml("Directory.Build.props").Descendants(property).Select(item => item.Value), Is.EqualTo(new[] { on }));
        Assert.That(BuildFiles.Where(file => file != "Directory.Build.props" && Xml(file).Descendants(property).Any()), Is.Empty);
    }

    [Test]
    public void Projects_in_src_silence_no_warning()
    {
        var silenced = BuildFiles.Where(file => file.StartsWith("src/", StringComparison.Ordinal)).SelectMany(file => Xml(file).Descendants())
            .Where(item => item.Name.LocalName is "NoWarn" or "WarningsNotAsErrors" or "DisabledWarnings")
            .SelectMany(item => item.Value.Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries))
            .Where(code => code != "$(NoWarn)" && code != "$(WarningsNotAsErrors)")
            .Except(House.AllowedNoWarn);
        Assert.That(silenced, Is.Empty);
    }

    [Test]
    public void Source_files_in_src_silence_a_warning_only_with_a_reason_beside_it()
    {
        var bare = Repository.FilesEndingIn(".cs").Where(file => file.StartsWith("src/", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(Repository.FullPath(file)).Select((line, index) => (file, line, number: index + 1)))
            .Where(at => Regex.IsMatch(at.line, @"^\s*#pragma warning disable\b(?!.*//\s*\S+)"))
            .Select(at => $"{at.file}:{at.number}");
        Assert.That(bare, Is.Empty);
    }

    [Test]
    public void Every_test_project_mirrors_a_room_or_is_one_of_the_four_that_span_them()
    {
        string[] spanning = ["PeerCompute.Architecture.Tests", "PeerCompute.Interop.Tests", "PeerCompute.Sandbox.Tests", "PeerCompute.Benchmarks"];
        var projects = Repository.FilesEndingIn(".csproj")
            .Where(file => file.StartsWith("tests/", StringComparison.Ordinal))
            .Select(Path.GetFileNameWithoutExtension);
        Assert.That(projects.Except(spanning), Is.SubsetOf(House.Rooms.Select(room => room.Project + ".Tests")));
    }

    private static XDocument Xml(string file) => XDocument.Load(Repository.FullPath(file));
}
