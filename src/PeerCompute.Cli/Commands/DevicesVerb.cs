// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output;

namespace PeerCompute.Cli.Commands;

/// <summary><c>devices</c>: what the node can run jobs on.</summary>
internal static class DevicesVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var verb = new Command("devices", "List the devices that the node runs jobs on.");
        verb.SetAction(async (parsed, token) =>
        {
            using var daemon = await NodeAccess.DaemonAsync(Globals.HomeOf(parsed), token);
            var devices = await daemon.DevicesAsync(token);
            Globals.TerminalOf(parsed).Result(() => new JsonArray([.. devices.Select(Views.Device)]), console => Tables.Rows(
                console,
                ["kind", "name", "cores#", "memory MiB#", "runtimes", "fuel/s#", "Gflop/s#", "GB/s#", "note"],
                devices.Select(d => (string[])
                [
                    d.Kind, d.Name, Tables.Number(d.Cores), Tables.Number(d.MemoryBytes >> 20), string.Join(", ", d.Runtimes),
                    d.FuelPerSecond == 0 ? "" : Tables.Number(d.FuelPerSecond), Billions(d.FlopsPerSecond), Billions(d.BytesPerSecond), d.Note,
                ])));
            return 0;
        });
        return verb;
    }

    /// <summary>10^9 of something; empty where it was not measured.</summary>
    private static string Billions(ulong figure) => figure == 0 ? "" : (figure / 1e9).ToString("0.0", CultureInfo.InvariantCulture);
}
