// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using static PeerCompute.Node.Homes.ConfigKeys;

namespace PeerCompute.Node.Lending;

/// <summary>When the owner comes first: what runs for others then ends, and nothing new is taken until a minute after. The key <c>owner</c> of the
/// configuration; 0 of a number means that it does not matter.</summary>
public sealed record OwnerRules
{
    /// <summary>Longest idle time asked for, minutes: a day.</summary>
    public const int IdleMost = 24 * 60;

    /// <summary>Highest share of all cores, percent.</summary>
    public const int LoadMost = 100;

    /// <summary>Highest temperature, degrees Celsius: no sensor of a living machine shows more.</summary>
    public const int CelsiusMost = 150;

    /// <summary>Highest power, watts: more than a socket gives.</summary>
    public const int WattsMost = 10_000;

    /// <summary>Bytes of a program's name that the kernel keeps (TASK_COMM_LEN less its zero, proc_pid_comm(5)).</summary>
    private const int NameBytes = 15;

    /// <summary>The rules of a home that a person makes: a battery is not for others.</summary>
    public static OwnerRules OfNewHomes { get; } = new() { OnBattery = false };

    /// <summary>While one of these programs runs, by the names of their files; of a longer one the first 15 bytes count.</summary>
    public ImmutableArray<string> Programs { get; init; } = [];

    /// <summary>As long as somebody typed at a terminal within so many minutes.</summary>
    public int IdleMinutes { get; init; }

    /// <summary>While programs that work for no node use more than so much of all cores, percent.</summary>
    public int LoadPercent { get; init; }

    /// <summary>While the hottest place of the machine is hotter, degrees Celsius.</summary>
    public int Celsius { get; init; }

    /// <summary>While the largest consumer that the machine measures draws more, watts.</summary>
    public int Watts { get; init; }

    /// <summary>Whether work goes on while the machine runs on its battery.</summary>
    public bool OnBattery { get; init; } = true;

    /// <summary>Whether a device may be used by the owner's programs and those of others at once.</summary>
    public bool SharesDevice { get; init; }

    /// <summary>Whether a look needs all processes.</summary>
    public bool LooksAtProcesses => !Programs.IsEmpty || LoadPercent > 0;

    /// <summary>Whether a text can be the name of a program's file.</summary>
    /// <param name="name">The text.</param>
    public static bool IsProgram(string name)
        => name.Length is > 0 and <= 255 && name.Trim() == name && !name.Contains('/', StringComparison.Ordinal) && !name.Any(char.IsControl);

    /// <summary>Whether a process runs one of <see cref="Programs"/>.</summary>
    /// <param name="process">Its name, as the kernel tells it.</param>
    public bool Names(string process) => Programs.Any(program => Kept(program) == process);

    private static string Kept(string program)
    {
        var bytes = Encoding.UTF8.GetBytes(program);
        return bytes.Length <= NameBytes ? program : Encoding.UTF8.GetString(bytes.AsSpan(0, NameBytes));
    }

    /// <summary>Reads the key.</summary>
    /// <param name="key">The key and its value.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="Base.Errors.PeerComputeException">A rule is unknown or out of range.</exception>
    public static OwnerRules Read(JsonProperty key, string path)
    {
        if (key.Value.ValueKind != JsonValueKind.Object) throw Wrong(path, key.Name, "must be an object");
        var rules = new OwnerRules();
        foreach (var rule in key.Value.EnumerateObject())
        {
            rules = rule.Name switch
            {
                "programs" => rules with { Programs = Texts(rule, path) },
                "idle_minutes" => rules with { IdleMinutes = (int)Number(rule, path, 0, IdleMost) },
                "load_percent" => rules with { LoadPercent = (int)Number(rule, path, 0, LoadMost) },
                "celsius" => rules with { Celsius = (int)Number(rule, path, 0, CelsiusMost) },
                "watts" => rules with { Watts = (int)Number(rule, path, 0, WattsMost) },
                "on_battery" => rules with { OnBattery = Flag(rule, path) },
                "shares_device" => rules with { SharesDevice = Flag(rule, path) },
                _ => throw Wrong(path, $"{key.Name}.{rule.Name}", "is not known: remove it (docs/home.md lists the keys)"),
            };
        }

        return rules;
    }

    /// <summary>Writes the key.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="name">The key's name.</param>
    public void Write(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        WriteTexts(json, "programs", Programs);
        json.WriteNumber("idle_minutes", IdleMinutes);
        json.WriteNumber("load_percent", LoadPercent);
        json.WriteNumber("celsius", Celsius);
        json.WriteNumber("watts", Watts);
        json.WriteBoolean("on_battery", OnBattery);
        json.WriteBoolean("shares_device", SharesDevice);
        json.WriteEndObject();
    }
}
