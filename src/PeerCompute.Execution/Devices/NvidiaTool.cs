// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Devices;

/// <summary>Reads what <c>nvidia-smi</c> says (its manual, section on --query-gpu). It lists GPUs and nothing else.</summary>
public static partial class NvidiaTool
{
    /// <summary>Cards listed at most; further lines are not read.</summary>
    public const int MostCards = 64;

    /// <summary>How it is asked; drivers before 510 do not know <c>compute_cap</c>.</summary>
    public static readonly IReadOnlyList<string> Arguments = [Query + ",compute_cap", Form];

    /// <summary>How it is asked for slices.</summary>
    public static readonly IReadOnlyList<string> ListArguments = ["-L"];

    internal static readonly IReadOnlyList<string> OlderArguments = [Query, Form];

    private const string Query = "--query-gpu=name,memory.total,driver_version,uuid,pci.bus_id";
    private const string Form = "--format=csv,noheader,nounits";

    /// <summary>Reads the table.</summary>
    /// <param name="text">One line for each card: name, MiB, driver, number, PCI address, and compute capability where it is known.</param>
    /// <returns>The cards; a line of another form is left out.</returns>
    public static IEnumerable<Device> Read(string text) => text.Split('\n', MostCards + 1).Take(MostCards).Select(Card).OfType<Device>();

    private static Device? Card(string line)
    {
        string[] cells = line.Split(',', StringSplitOptions.TrimEntries);
        if (cells.Length is < 3 or > 6 || cells[0].Length == 0) return null;
        string[] rest = cells[3..]; // each has a form of its own: recordings have some of them
        bool known = long.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out long mebibytes) && mebibytes <= 1L << 30;
        return new Device(DeviceKind.Gpu, cells[0])
        {
            Vendor = "NVIDIA Corporation",
            Driver = cells[2].Length == 0 ? "unknown" : cells[2],
            Capability = rest.FirstOrDefault(static cell => ComputeCapability().IsMatch(cell)) is { } version ? $"cuda {version}" : "cuda",
            Card = new CardAddress("nvidia")
            {
                Uuid = rest.FirstOrDefault(static cell => cell.StartsWith("GPU-", StringComparison.Ordinal)) ?? "",
                Pci = rest.Select(CardAddress.PciIn).FirstOrDefault(static pci => pci.Length > 0) ?? "",
            },
            MemoryBytes = known ? mebibytes << 20 : 0,
            Note = CardNotes.Listed,
        };
    }

    /// <summary>
    /// Puts slices in the place of the cards that their owner has cut up (NVIDIA's guide to MIG, section on device names): such a card runs nothing as a
    /// whole. Nothing is ever cut up here.
    /// </summary>
    /// <param name="cards">The cards, in the tool's order.</param>
    /// <param name="list">Lines <c>GPU 0: …</c>, each followed by its slices: <c>MIG 3g.20gb Device 0: …</c>.</param>
    /// <returns>Slices and whole cards; a slice's memory is what its name says, in units of 10^9 bytes.</returns>
    public static IEnumerable<Device> WithSlices(IReadOnlyList<Device> cards, string list)
    {
        ILookup<int, (int, string Profile, string Uuid)> slices = Slices(list).Take(MostCards).ToLookup(static slice => slice.Card);
        for (int i = 0; i < cards.Count; i++)
        {
            if (!slices.Contains(i)) yield return cards[i];
            foreach ((_, string profile, string uuid) in slices[i])
            {
                CardAddress whole = cards[i].Card!;
                yield return cards[i] with
                {
                    Model = $"{cards[i].Model} MIG {profile}", MemoryBytes = Memory(profile), Card = whole with { Uuid = uuid, Parent = whole.Uuid },
                };
            }
        }
    }

    private static IEnumerable<(int Card, string Profile, string Uuid)> Slices(string list)
    {
        int card = -1;
        foreach (string line in list.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words is ["GPU", var number, ..]) card = int.TryParse(number.TrimEnd(':'), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : -1;
            else if (words is ["MIG", var profile, "Device", ..] && card >= 0) yield return (card, profile, SliceNumber().Match(line).Value);
        }
    }

    [GeneratedRegex(@"^[0-9]{1,2}\.[0-9]$")]
    private static partial Regex ComputeCapability();

    // MIG-UUID, or of drivers before 470 MIG-GPU-UUID/INSTANCE/INSTANCE.
    [GeneratedRegex("MIG-[0-9A-Za-z-]{1,64}(/[0-9]{1,3}/[0-9]{1,3})?")]
    private static partial Regex SliceNumber();

    /// <summary>The memory in a profile's name: <c>3g.20gb</c>, <c>1c.3g.20gb</c>, <c>1g.10gb+me</c>.</summary>
    private static long Memory(string profile)
    {
        int end = profile.IndexOf("gb", StringComparison.Ordinal), start = end < 0 ? -1 : profile.LastIndexOf('.', end);
        ReadOnlySpan<char> number = start < 0 ? "" : profile.AsSpan(start + 1, end - start - 1);
        bool known = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long billions);
        return known && billions <= 1 << 20 ? billions * 1_000_000_000 : 0;
    }
}
