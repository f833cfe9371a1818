// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Wasm.Tests.Wasi;

/// <summary>Programs built with clang and wasi-libc see exactly what docs/wasm.md says.</summary>
[TestFixture]
public sealed class ProgramTests
{
    [Test]
    public void ArgumentsEnvironmentAndStreamsReachTheProgram()
    {
        var guest = new Guest("hello", "one", "zwei ü");
        guest.Options = guest.Options with { Env = ["OTHER=1", "NAME=world"] };
        var exit = guest.Run();
        Assert.That(exit.Trap, Is.EqualTo(TrapKind.None));
        Assert.That(exit.ExitCode, Is.Zero);
        Assert.That(guest.Output, Is.EqualTo("one\nzwei ü\nhello world\n"));
        Assert.That(guest.Errors, Is.EqualTo("to stderr\n"));
    }

    [Test]
    public void FilesAreCopiedMovedSoughtAndCut()
    {
        var guest = new Guest("copy", "input", "made/output");
        var content = new byte[5_000];
        new Random(1).NextBytes(content);
        guest.Files.Put("input", content, true);
        var exit = guest.Run();
        Assert.That(exit.ExitCode, Is.Zero, exit.TrapText);
        Assert.That(guest.Output, Is.EqualTo("5000 bytes\n"));
        Assert.That(guest.Files.Paths(), Is.EqualTo(new[] { "input", "made/output" }));
        Assert.That(guest.Files.TryGet("made/output", out var copy), Is.True);
        content[^1] = (byte)'!';
        Assert.That(copy.ToArray(), Is.EqualTo(content));
    }

    [Test]
    public void FoldersAreSortedByBytesWhateverTheOrderOfTheHost()
    {
        var guest = new Guest("list", "/", "sub/deep");
        foreach (var name in new[] { "z", "Z", "a", "\uFF5E", "\U0001F600", "sub/deep/x", "sub/deep/b" })
        {
            guest.Files.Put(name, [1]);
        }

        Assert.That(guest.Run().ExitCode, Is.Zero);
        var lines = guest.Output.TrimEnd('\n').Split('\n');
        var names = lines.Select(l => l.Split(' ')[0]);
        Assert.That(names, Is.EqualTo(new[] { ".", "..", "Z", "a", "sub", "z", "\uFF5E", "\U0001F600", ".", "..", "b", "x" }));
        Assert.That(lines[2], Is.EqualTo("Z 4 af64174c860250cd"), "inode is FNV-1a of the path");
        Assert.That(lines[4], Does.StartWith("sub 3 "));
    }

    [Test]
    public void ListingALargeFolderCostsFuelForEveryEntry()
    {
        long Fuel(int entries)
        {
            var guest = new Guest("list", "/");
            for (var i = 0; i < entries; i++)
            {
                guest.Files.Put($"f{i}", []);
            }

            return guest.Run().FuelUsed;
        }

        Assert.That(Fuel(1_000) - Fuel(10), Is.GreaterThan(990 * 256 / 8));
    }

    [Test]
    public void TheStandardLibraryOfRustFindsWhatItNeeds()
    {
        var guest = new Guest("rusty", "one");
        guest.Files.Put("input.txt", "b a b\nc b a"u8, true);
        guest.Options = guest.Options with { Env = ["NAME=world"], Stdin = "a line\n"u8.ToArray(), StartTime = 1_700_000_000_000_000_000 };
        var exit = guest.Run();
        Assert.That(guest.Errors, Is.EqualTo("a line\n"));
        Assert.That(exit.ExitCode, Is.EqualTo(3), exit.TrapText);
        Assert.That(
            guest.Output,
            Is.EqualTo("a 2\nb 3\nc 1\ncount 12 true\ntrue\n2\n1700000002\n[\"rusty\", \"one\"] world\n"));
        Assert.That(guest.Files.Paths(), Is.EqualTo(new[] { "input.txt", "out/count" }));
    }

    [Test]
    public void FullStorageIsAnErrorOfTheProgramAndNotOfTheHost()
    {
        var guest = new Guest("copy", "input", "output");
        guest.Files.Put("input", new byte[(1 << 20) - 100]);
        var exit = guest.Run();
        Assert.That(exit.ExitCode, Is.EqualTo(4).Or.EqualTo(5));
        Assert.That(guest.Files.Used, Is.LessThanOrEqualTo(1 << 20));
    }

    [Test]
    public void RandomnessAndClocksFollowFromTheOptionsAlone()
    {
        string Run(ulong seed, ulong start)
        {
            var guest = new Guest("chance");
            guest.Options = guest.Options with { Seed = seed, StartTime = start };
            Assert.That(guest.Run().ExitCode, Is.Zero);
            return guest.Output;
        }

        var first = Run(1, 1_700_000_000_000_000_000);
        Assert.That(Run(1, 1_700_000_000_000_000_000), Is.EqualTo(first));
        Assert.That(Run(2, 1_700_000_000_000_000_000).Split('\n')[0], Is.Not.EqualTo(first.Split('\n')[0]));
        Assert.That(first.Split('\n')[1], Is.EqualTo("1700000000"));
        Assert.That(first.Split('\n')[2], Is.EqualTo("3"), "sleeping moves the virtual clock, not the wall");
    }

    [Test]
    public void NothingOutsideOfTheGivenFolderCanBeNamed()
    {
        var guest = new Guest("forbidden");
        guest.Files.Put("input", [1], true);
        Assert.That(guest.Run().ExitCode, Is.Zero);
        var seen = guest.Output.TrimEnd('\n').Split('\n').ToDictionary(l => l.Split(": ")[0], l => int.Parse(l.Split(": ")[1], CultureInfo.InvariantCulture));
        const int notFound = 44, access = 2, notCapable = 76, notSupported = 58;
        Assert.That(seen["passwd"], Is.EqualTo(notFound));
        Assert.That(seen["dotdot"], Is.EqualTo(notCapable).Or.EqualTo(notFound));
        Assert.That(seen["readonly"], Is.EqualTo(access));
        Assert.That(seen["symlink"], Is.EqualTo(notSupported));
        Assert.That(seen["close root"], Is.EqualTo(notSupported));
        Assert.That(seen["stdin write"], Is.Not.Zero);
        Assert.That(seen["accept"], Is.EqualTo(notSupported));
        Assert.That(seen["raw absolute"], Is.EqualTo(notCapable));
        Assert.That(seen["raw dotdot"], Is.EqualTo(notCapable));
        Assert.That(seen["raw socket"], Is.EqualTo(notSupported));
        Assert.That(guest.Files.Paths(), Is.EqualTo(new[] { "input" }));
    }

    [Test]
    public void TheExitCodeIsTheProgramsOwn() => Assert.That(new Guest("exit", "code").Run().ExitCode, Is.EqualTo(7));

    [Test]
    public void AbortIsTheTrapUnreachable() => Assert.That(new Guest("exit", "abort").Run().Trap, Is.EqualTo(TrapKind.Unreachable));

    [Test]
    public void EndlessWorkEndsWithItsFuelAndUsesAllOfIt()
    {
        var guest = new Guest("exit", "loop");
        guest.Options = guest.Options with { FuelLimit = 3_000_000 };
        var exit = guest.Run();
        Assert.That(exit.Trap, Is.EqualTo(TrapKind.FuelExhausted));
        Assert.That(exit.TrapText, Is.EqualTo("fuel exhausted"));
        Assert.That(exit.FuelUsed, Is.EqualTo(3_000_000));
    }

    [Test]
    public void EndlessRecursionEndsAtTheSameDepthOnEveryRun()
    {
        var first = new Guest("exit", "deep").Run();
        Assert.That(first.Trap, Is.EqualTo(TrapKind.CallStackExhausted).Or.EqualTo(TrapKind.OutOfBoundsMemoryAccess));
        Assert.That(new Guest("exit", "deep").Run(), Is.EqualTo(first));
    }

    [Test]
    public void MemoryGrowsToThePagesGrantedAndNoFurther()
    {
        var guest = new Guest("exit", "memory");
        guest.Options = guest.Options with { MaxPages = 100 };
        var exit = guest.Run();
        Assert.That(exit.ExitCode, Is.Zero);
        Assert.That(guest.Output, Is.EqualTo("6\n").Or.EqualTo("5\n"));
        Assert.That(exit.PeakPages, Is.LessThanOrEqualTo(100));
        Assert.That(exit.MemoryRefused);
    }

    [Test]
    public void AMemoryLargerThanGrantedIsATrapBeforeTheStart()
    {
        var guest = new Guest("hello");
        guest.Options = guest.Options with { MaxPages = 1 };
        Assert.That(guest.Run().Trap, Is.EqualTo(TrapKind.MemoryLimitExceeded));
    }

    [Test]
    public void StreamsAreBounded()
    {
        var guest = new Guest("exit", "flood");
        guest.Options = guest.Options with { MaxStreamBytes = 4_100 };
        Assert.That(guest.Run().ExitCode, Is.EqualTo(9));
        Assert.That(guest.Output, Has.Length.LessThanOrEqualTo(4_100).And.Length.GreaterThan(4_000));
    }

    [Test]
    public void CancellationStopsAProgramAndProgressIsToldWhileItRuns()
    {
        var guest = new Guest("exit", "loop");
        var cancellation = new WasmCancellation();
        var seen = new List<long>();
        guest.Options = guest.Options with
        {
            Cancellation = cancellation,
            Progress = used =>
            {
                seen.Add(used);
                if (seen.Count == 3)
                {
                    cancellation.Cancel();
                }
            },
        };
        Assert.That(guest.Run().Trap, Is.EqualTo(TrapKind.Cancelled));
        Assert.That(seen, Has.Count.EqualTo(3));
        Assert.That(seen, Is.Ordered.Ascending);
    }

    [Test]
    public void TheSameRunUsesTheSameFuelToTheUnit()
    {
        var guest = new Guest("hello", "a");
        var first = guest.Run();
        Assert.That(first.FuelUsed, Is.Positive);
        Assert.That(new Guest("hello", "a").Run(), Is.EqualTo(first));
        Assert.That(new Guest("hello", "b").Run().FuelUsed, Is.EqualTo(first.FuelUsed));
        Assert.That(new Guest("hello", "longer").Run().FuelUsed, Is.GreaterThan(first.FuelUsed));
    }
}
