// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Architecture.Tests.Il;

namespace PeerCompute.Architecture.Tests;

/// <summary>Pure rooms hold rules only, read from their compiled code. Imports of native functions stand in Base alone, each by name.</summary>
[TestFixture]
internal sealed class PureRoomsTest
{
    private static readonly string OwnAssembly = typeof(PureRoomsTest).Assembly.Location;

    private static Room[] Rooms => House.Rooms;

    private static Room[] PureRooms => [.. House.Rooms.Where(room => room.Pure)];

    private static IEnumerable<string> Offences =>
        typeof(Offender).GetMethods().Where(method => method.IsStatic && method.Name != nameof(Offender.Import)).Select(method => method.Name);

    private static IEnumerable<string> AllowedImports =>
        File.ReadLines(Repository.FullPath("tests/PeerCompute.Architecture.Tests/AllowedImports.txt")).Where(line => line.Length > 0 && line[0] != '#');

    [TestCaseSource(nameof(PureRooms))]
    public void A_pure_room_uses_nothing_of_the_ban_list(Room room)
    {
        using var scan = new AssemblyScan(Built(room));
        var broken = scan.Uses(_ => true)
            .Select(use => (use, kind: BanList.Broken(room.Name, use)))
            .Where(at => at.kind is not null)
            .Select(at => $"{at.kind}: {at.use}");
        Assert.That(broken, Is.Empty);
    }

    [TestCaseSource(nameof(Rooms))]
    public void Native_functions_are_imported_in_Base_alone_and_each_is_named(Room room)
    {
        using var scan = new AssemblyScan(Built(room));
        var imports = scan.Imports.Distinct();
        if (room.Name == "Base")
        {
            Assert.That(imports, Is.EquivalentTo(AllowedImports), "name each import in AllowedImports.txt, and take out those no longer used");
        }
        else
        {
            Assert.That(imports, Is.Empty, "native functions are imported in PeerCompute.Base only");
        }
    }

    [TestCaseSource(nameof(Offences))]
    public void The_scan_finds_an_offence(string method)
    {
        using var scan = new AssemblyScan(OwnAssembly);
        var found = scan.Uses(type => type == typeof(Offender).FullName)
            .Where(use => Outer(use.User).Contains(method, StringComparison.Ordinal))
            .Select(use => BanList.Broken("Core", use))
            .Where(kind => kind is not null);
        string expected = method.Split('_')[0];
        Assert.That(found, Has.Some.StartsWith(expected).IgnoreCase);

        // A lambda or an async method lives in a nested type that bears its name.
        static string Outer(string user) => user.Replace('<', '.').Replace('>', '.');
    }

    [Test]
    public void There_is_an_offence_for_every_kind_of_ban()
    {
        using var scan = new AssemblyScan(OwnAssembly);
        var found = scan.Uses(type => type == typeof(Offender).FullName).Select(use => BanList.Broken("Core", use)).Where(kind => kind is not null).Distinct();
        Assert.That(found, Is.EquivalentTo(BanList.Kinds));
    }

    [Test]
    public void The_scan_sees_an_import()
    {
        using var scan = new AssemblyScan(OwnAssembly);
        Assert.That(scan.Imports, Does.Contain("libc!getpid"));
    }

    [Test]
    public void The_scan_has_nothing_to_say_about_blameless_code()
    {
        using var scan = new AssemblyScan(OwnAssembly);
        var uses = scan.Uses(type => type == typeof(Blameless).FullName);
        Assert.That(uses.Count, Is.GreaterThan(50), "the scan reads the type");
        Assert.That(uses.Where(use => BanList.Broken("Core", use) is not null), Is.Empty);
    }

    [Test]
    public void Floating_point_is_excused_in_Wasm_alone_and_hash_collections_in_one_namespace_alone()
    {
        var sum = new Use("PeerCompute.Wasm", "T::M", "il:conv.r8");
        var map = new Use("PeerCompute.Base.Collections", "T::M", "System.Collections.Generic.Dictionary`2");
        Assert.Multiple(() =>
        {
            Assert.That(BanList.Broken("Wasm", sum), Is.Null);
            Assert.That(BanList.Broken("Trust", sum), Is.EqualTo("floating point"));
            Assert.That(BanList.Broken("Base", map), Is.Null);
            Assert.That(BanList.Broken("Base", map with { Namespace = "PeerCompute.Base" }), Is.EqualTo("unordered collection"));
        });
    }

    private static string Built(Room room)
    {
        Assert.That(room.BuiltAssembly, Does.Exist, "build the whole solution in Release first: dotnet build PeerCompute.sln -c Release");
        return room.BuiltAssembly;
    }
}
