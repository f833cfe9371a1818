// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output;
using PeerCompute.Client.Jobs;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Wire.Common;

namespace PeerCompute.Cli.Commands;

/// <summary><c>find</c>: workers that fit, and why others do not.</summary>
internal static class FindVerb
{
    private const uint LimitMost = 256;

    private static readonly Option<string?> Runtime = new("--runtime") { Description = "Runtime id (default: wasm).", HelpName = "ID" };
    private static readonly Option<string?> GpuMemory = new("--gpu-memory") { Description = "A GPU with so much memory, such as 8GiB.", HelpName = "SIZE" };
    private static readonly Option<string?> Memory = new("--memory") { Description = "Memory of one task, such as 2GiB.", HelpName = "SIZE" };
    private static readonly Option<uint> Cores = new("--cores") { Description = "Cores of the worker.", HelpName = "COUNT" };
    private static readonly Option<uint[]> Region = new("--region")
    {
        Description = "Region of the worker, a UN M49 number such as 150 for Europe; may be given several times.",
        HelpName = "NUMBER",
    };

    private static readonly Option<string?> Isolation = new("--isolation")
    {
        Description = "Isolation class at least, such as wasm-strict, native-strict or device-strict.",
        HelpName = "CLASS",
    };

    private static readonly string[] Classes = 
    [
        .. Enum.GetValues<IsolationClass>().Select(static c => c.Name()), NativeIsolation.Degraded.Name(), NativeIsolation.Strict.Name(),
        NativeIsolation.Degraded.DeviceName(), NativeIsolation.Strict.DeviceName(),
    ];

    private static readonly Option<string?> Price = new("--price") { Description = "Most that one task may cost, micro-units.", HelpName = "MICRO" };
    private static readonly Option<uint?> Limit = new("--limit") { Description = $"Stop when so many are found, 1 to {LimitMost}.", HelpName = "COUNT" };

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var verb = new Command("find", "Find workers in the network, and say why others do not fit.")
        {
            Runtime, GpuMemory, Memory, Cores, Region, Isolation, Price, Limit,
        };
        verb.SetAction(async (parsed, token) =>
        {
            var terminal = Globals.TerminalOf(parsed);
            var needs = Needs(parsed);
            await using var node = await NodeAccess.OpenAsync(Globals.HomeOf(parsed), terminal, token);
            terminal.Progress("asking the network");
            var found = await node.Client.FindAsync(needs, token);
            terminal.Progress("");
            if (node.IsAlone) terminal.Note("This home is in no network yet: peercompute join LINE, with a line that a node of it wrote.");
            terminal.Result(() => Findings.Json(found), console => Findings.Show(console, found));
            return 0;
        });
        return verb;
    }

    private static FindRequest Needs(ParseResult parsed)
    {
        var needs = new FindRequest
        {
            Runtime = parsed.GetValue(Runtime) ?? "wasm",
            Cores = parsed.GetValue(Cores),
            Limit = parsed.GetValue(Limit) ?? LimitMost,
        };
        if (needs.Runtime.Length > WireLimits.LabelBytes) throw Wrong("--runtime", needs.Runtime, $"at most {WireLimits.LabelBytes} characters");
        if (needs.Limit is 0 or > LimitMost) throw Wrong("--limit", $"{needs.Limit}", $"1 to {LimitMost}");
        if (parsed.GetValue(GpuMemory) is { } gpu) (needs.Device, needs.DeviceMemoryBytes) = ("gpu", Size("--gpu-memory", gpu));
        if (parsed.GetValue(Memory) is { } memory) needs.MemoryBytes = Size("--memory", memory);
        foreach (var region in parsed.GetValue(Region) ?? [])
            needs.Regions.Add(region is > 0 and <= WireLimits.Region ? region : throw Wrong("--region", $"{region}", $"1 to {WireLimits.Region}"));
        if (parsed.GetValue(Isolation) is { } isolation)
            needs.Isolation = Classes.Contains(isolation) ? isolation : throw Wrong("--isolation", isolation, string.Join(", ", Classes));
        if (parsed.GetValue(Price) is { } price)
        {
            var known = Units.TryAmount(price, out var micro) && micro <= WireLimits.PriceMicro;
            needs.PriceCeiling = known ? micro : throw Wrong("--price", price, $"micro-units such as 1000 or 5k, at most {WireLimits.PriceMicro}");
        }

        return needs;
    }

    private static ulong Size(string option, string text)
        => Units.TrySize(text, out var bytes) ? bytes : throw Wrong(option, text, "a size such as 2GiB");

    private static PeerComputeException Wrong(string option, string text, string expected)
        => new(ErrorCode.Usage, $"{option} '{text}' is not understood: give {expected}.");
}
