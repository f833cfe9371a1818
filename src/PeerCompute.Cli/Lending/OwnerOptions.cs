// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Lending;

namespace PeerCompute.Cli.Lending;

/// <summary>The options of <c>lend</c> that say when the owner comes first (docs/home.md).</summary>
internal static class OwnerOptions
{
    private const string Never = "off";

    private static readonly Option<string?> Programs = Make("--programs", "NAMES", "Mine while one of these runs, such as blender,steam; off: none.");
    private static readonly Option<string?> Idle = Make("--idle", "MINUTES", "Mine until nobody typed at a terminal for so many minutes; off: never for that.");
    private static readonly Option<string?> MaxLoad = Make("--max-load", "PERCENT", "Mine while other programs use more of all cores; off: whatever they use.");
    private static readonly Option<string?> MaxHeat = Make("--max-heat", "CELSIUS", "Mine while it is hotter; off: however hot.");
    private static readonly Option<string?> MaxWatts = Make("--max-watts", "WATTS", "Mine while it draws more; off: whatever it draws.");
    private static readonly Option<string?> Battery = Make("--on-battery", "yes|no", "Whether work goes on while it runs on its battery.");
    private static readonly Option<string?> SharesDevice = Make("--share-device", "yes|no", "Whether my programs and those of others use a device at once.");

    /// <summary>All of them.</summary>
    public static Option[] All { get; } = [Programs, Idle, MaxLoad, MaxHeat, MaxWatts, Battery, SharesDevice];

    /// <summary>What they say.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>Rules of which only those are set that are named; null where none is.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Usage"/>: a text that is not understood.</exception>
    public static OwnerTerms? Read(ParseResult parsed)
    {
        var rules = new OwnerTerms();
        if (parsed.GetValue(Programs) is { } programs)
        {
            rules.Programs = new ProgramNames();
            if (programs != Never) rules.Programs.Names.AddRange(programs.Split(',', StringSplitOptions.TrimEntries));
        }

        if (Number(parsed, Idle, "", OwnerRules.IdleMost) is { } minutes) rules.IdleMinutes = minutes;
        if (Number(parsed, MaxLoad, "%", OwnerRules.LoadMost) is { } percent) rules.LoadPercent = percent;
        if (Number(parsed, MaxHeat, "", OwnerRules.CelsiusMost) is { } celsius) rules.Celsius = celsius;
        if (Number(parsed, MaxWatts, "", OwnerRules.WattsMost) is { } watts) rules.Watts = watts;
        if (Flag(parsed, Battery) is { } battery) rules.OnBattery = battery;
        if (Flag(parsed, SharesDevice) is { } shares) rules.SharesDevice = shares;
        return rules.CalculateSize() == 0 ? null : rules;
    }

    private static Option<string?> Make(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static uint? Number(ParseResult parsed, Option<string?> option, string unit, int most)
    {
        if (parsed.GetValue(option) is not { } text) return null;
        if (text == Never) return 0;
        var number = unit.Length > 0 && text.EndsWith(unit, StringComparison.Ordinal) ? text[..^unit.Length] : text;
        return uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= most
            ? value : throw Wrong(option, text, $"a whole number from 1 to {most}, or {Never}");
    }

    private static bool? Flag(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        "yes" => true,
        "no" => false,
        var text => throw Wrong(option, text, "yes or no"),
    };

    private static PeerComputeException Wrong(Option option, string text, string expected)
        => new(ErrorCode.Usage, $"{option.Name} '{text}' is not understood: give {expected}.");
}
