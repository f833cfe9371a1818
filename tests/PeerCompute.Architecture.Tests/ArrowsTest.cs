// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace PeerCompute.Architecture.Tests;

/// <summary>Who may see whom: in the project files and in what the compiler wrote.</summary>
[TestFixture]
internal sealed class ArrowsTest
{
    private static Room[] Rooms => House.Rooms;

    private static Room[] PureRooms => [.. House.Rooms.Where(room => room.Pure)];

    [Test]
    public void The_table_names_every_project_in_src()
    {
        var folders = Directory.EnumerateDirectories(Repository.FullPath("src"))
            .Where(folder => Directory.EnumerateFiles(folder, "*.csproj").Any())
            .Select(Path.GetFileName);
        Assert.That(folders, Is.EquivalentTo(Rooms.Select(room => room.Project)));
    }

    [TestCaseSource(nameof(Rooms))]
    public void A_project_file_names_exactly_the_rooms_it_may_see(Room room)
    {
        var named = Included(room, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Assert.That(named, Is.EquivalentTo(room.Sees.Select(seen => "PeerCompute." + seen)));
    }

    [TestCaseSource(nameof(Rooms))]
    public void A_project_file_names_exactly_its_packages(Room room)
    {
        Assert.That(Included(room, "PackageReference").Except(House.BuildTimePackages), Is.EquivalentTo(room.Packages));
    }

    [TestCaseSource(nameof(Rooms))]
    public void Build_time_packages_stay_private(Room room)
    {
        var leaking = Items(room, "PackageReference")
            .Where(item => House.BuildTimePackages.Contains(item.Attribute("Include")?.Value) && item.Attribute("PrivateAssets")?.Value != "all");
        Assert.That(leaking, Is.Empty);
    }

    [TestCaseSource(nameof(PureRooms))]
    public void Packages_of_a_pure_room_do_not_leak_upwards(Room room)
    {
        var leaking = Items(room, "PackageReference")
            .Where(item => item.Attribute("PrivateAssets")?.Value is not ("compile" or "all"))
            .Select(item => item.Attribute("Include")?.Value);
        Assert.That(leaking, Is.Empty, "PrivateAssets=\"compile\" is missing");
    }

    [TestCaseSource(nameof(Rooms))]
    public void A_project_file_says_whether_its_room_is_pure(Room room)
    {
        bool said = XDocument.Load(room.ProjectFile).Descendants("PureRoom").Any(item => item.Value == "true");
        Assert.That(said, Is.EqualTo(room.Pure));
    }

    [Test]
    public void Transitive_project_references_are_off_everywhere()
    {
        Assert.That(Settings("Directory.Build.props"), Is.EqualTo(new[] { "true" }));
        var overridden = Repository.FilesEndingIn(".csproj", ".props", ".targets")
            .Where(file => file != "Directory.Build.props" && Settings(file).Length > 0);
        Assert.That(overridden, Is.Empty);

        static string[] Settings(string file) =>
            [.. XDocument.Load(Repository.FullPath(file)).Descendants("DisableTransitiveProjectReferences").Select(item => item.Value)];
    }

    [TestCaseSource(nameof(Rooms))]
    public void A_built_assembly_refers_to_no_room_it_may_not_see(Room room)
    {
        Assert.That(room.BuiltAssembly, Does.Exist, "build the whole solution in Release first: dotnet build PeerCompute.sln -c Release");
        using var file = new PEReader(File.OpenRead(room.BuiltAssembly));
        MetadataReader metadata = file.GetMetadataReader();
        var houseReferences = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Where(name => name.StartsWith("PeerCompute.", StringComparison.Ordinal) || name == "peercompute");
        Assert.That(houseReferences, Is.SubsetOf(room.Sees.Select(seen => "PeerCompute." + seen)));
    }

    private static IEnumerable<XElement> Items(Room room, string kind) => XDocument.Load(room.ProjectFile).Descendants(kind);

    private static IEnumerable<string> Included(Room room, string kind) => Items(room, kind).Select(item => item.Attribute("Include")!.Value);
}
