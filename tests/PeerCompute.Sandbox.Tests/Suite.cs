// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sandbox;
using PeerCompute.Sandbox.Tests.Kit;
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests;

/// <summary>What all fixtures share: the workshop, built once, and who runs what.</summary>
[SetUpFixture]
internal sealed class Suite
{
    /// <summary>The switch that makes every attempt without the product's walls, in the enclosure: then most of the suite must fail.</summary>
    public const string NoWalls = "PEERCOMPUTE_TEST_NO_WALLS";

    private static readonly List<Seen> _seen = [];
    private static Workshop? _workshop;

    /// <summary>The suite's folder.</summary>
    public static string Folder => _workshop!.Folder;

    public static bool IsRoot => Environment.UserName == "root";

    /// <summary>The unprivileged user of the tests where they run as root; else null.</summary>
    public static string? User => IsRoot ? Environment.GetEnvironmentVariable("PEERCOMPUTE_TEST_USER") ?? KnownUser() : null;

    public static bool WithoutWalls => Environment.GetEnvironmentVariable(NoWalls) == "1";

    [OneTimeSetUp]
    public void Build()
    {
        Assume.That(OperatingSystem.IsLinux(), "the sandbox is one of Linux");
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        Assume.That(Command.Exists("clang"), "clang, which builds the attempts, is not installed");
        _workshop = Workshop.Build();
    }

    [OneTimeTearDown]
    public void Remove() => _workshop?.Dispose();

    /// <summary>As root, an enclosure whose attempts are an unprivileged user's.</summary>
    public static Enclosure Enclose()
    {
        Assume.That(User, Is.Not.Null, "only root makes the enclosure, and tests/run the user in it");
        return new Enclosure(Folder, User!);
    }

    /// <summary>What became of every attempt without walls; made once, for all fixtures.</summary>
    public static async Task<IReadOnlyList<Seen>> SeenWithoutWallsAsync()
    {
        if (_seen.Count > 0) return _seen;
        using Enclosure enclosure = Enclose();
        foreach (Attempt attempt in Attempts.All) _seen.Add(await enclosure.TryAsync(attempt.Name));
        return _seen;
    }

    private static string? KnownUser() => File.ReadLines("/etc/passwd").Any(line => line.StartsWith("pctest:", StringComparison.Ordinal)) ? "pctest" : null;
}
