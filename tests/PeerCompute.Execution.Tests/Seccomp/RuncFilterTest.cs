// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Seccomp;

namespace PeerCompute.Execution.Tests.Seccomp;

/// <summary>
/// The filter in runc's words refuses what the filter in the kernel's words refuses, with the same error; the kernel's own list of calls is the judge of names.
/// </summary>
[TestFixture]
internal sealed class RuncFilterTest
{
    private const string List = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";
    private const uint Allow = 0x7FFF0000, Errno = 0x00050000;
    private static readonly byte[] Filter = Filters.ForNative();
    private static readonly JsonObject[] Rules = [.. RuncFilter.Profile()["syscalls"]!.AsArray().Select(static rule => rule!.AsObject())];

    private static readonly ulong[][] Arguments =
    [
        [], [1, 1, 0], [2, 1, 6], [2, 2, 17], [10, 2, 0], [2, 3, 1], [2, 1, 262], [16, 3, 0], [17, 3, 0], [38, 1, 0], [40, 1, 0], [63, 0, 0],
        [0, 0x5412], [0, 0x1_0000_5412], [0, 0x541C], [0, 0x5413], [0, 1024], [0, 1026], [0, 1023], [0x10000], [0x10000000], [0x02000000], [0x80], [0x40000],
        [0x7E020080], [0x01200011], [0xFFFFFFFF_00000001],
    ];

    [Test]
    public void Both_answer_alike()
    {
        Assume.That(List, Does.Exist, "the kernel's headers are not installed");
        IEnumerable<string[]> lines = File.ReadLines(List).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        (string Name, uint Number)[] calls = [.. lines.Where(static words => words is ["#define", _, _])
            .Select(static words => (words[1]["__NR_".Length..], uint.Parse(words[2], CultureInfo.InvariantCulture)))];
        Assert.That(calls, Has.Length.GreaterThan(300));
        var differences = from call in calls
                          from arguments in Arguments
                          let own = FilterMachine.Answer(Filter, call.Number, arguments)
                          let runc = OfRunc(call.Name, arguments)
                          where own != runc
                          select $"{call.Name}({string.Join(", ", arguments.Select(static a => $"0x{a:x}"))}): {own:x8}, runc {runc:x8}";
        // Asking for the personality is the one thing that runc's words cannot tell from setting one.
        Assert.That(differences.Where(static line => !line.StartsWith("personality(0xffffffff", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Both_know_the_same_names()
    {
        Assume.That(List, Does.Exist, "the kernel's headers are not installed");
        string list = File.ReadAllText(List);
        string[] newer = ["statmount", "listmount", "lsm_list_modules", "open_tree_attr"];
        string[] unknown = [.. Rules.SelectMany(Names).Distinct().Where(name => !list.Contains($"__NR_{name} ", StringComparison.Ordinal))];
        Assert.That(unknown, Is.SubsetOf(newer), "a name that no kernel knows is skipped without a word");
    }

    private static uint OfRunc(string name, ulong[] arguments)
    {
        JsonObject[] hits = [.. Rules.Where(rule => Names(rule).Contains(name) && rule["args"]!.AsArray().All(condition => Holds(condition!, arguments)))];
        return hits.Length == 0 ? Allow : Errno | hits.Min(static rule => rule["errnoRet"]!.GetValue<int>() is var error ? (uint)error : 0);
    }

    private static IEnumerable<string> Names(JsonObject rule) => rule["names"]!.AsArray().Select(static name => name!.GetValue<string>());

    private static bool Holds(JsonNode condition, ulong[] arguments)
    {
        int index = condition["index"]!.GetValue<int>();
        ulong value = index < arguments.Length ? arguments[index] : 0;
        return (value & condition["value"]!.GetValue<uint>()) == condition["valueTwo"]!.GetValue<uint>();
    }
}
