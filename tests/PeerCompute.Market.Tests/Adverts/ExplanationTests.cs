// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Market.Tests.Adverts;

internal sealed class ExplanationTests
{
    [Test]
    public void Counts_add_up_and_a_repair_makes_exactly_as_many_fit_as_it_says([Range(1, 300)] int seed)
    {
        var make = new Samples((ulong)seed);
        var needs = Needs(make);
        var adverts = Enumerable.Range(0, (int)make.Number(0, 40))
            .Select(_ => (Has: make.Capabilities(), Load: make.Number(0, 7) == 0 ? null : make.Load())).ToArray();
        var told = Explanation.Of(needs, adverts);

        Assert.That(told.Seen, Is.EqualTo(adverts.Length));
        Assert.That(told.Fits, Is.EqualTo(adverts.Count(a => Matcher.Match(needs, a.Has, a.Load).IsEmpty)));
        Assert.That(told.Fits + told.Lines.Sum(static l => l.First), Is.EqualTo(told.Seen));
        Assert.That(told.Lines.Select(static l => l.Requirement), Is.Ordered.And.Unique);
        foreach (var line in told.Lines)
        {
            Assert.That(line.Unmet, Is.GreaterThanOrEqualTo(Math.Max(1, line.First)));
            Assert.That(line.Text, Is.Not.Empty);
            if (line.Repair is not { } repair) continue;
            Assert.That(repair.AtNearest, Is.GreaterThan(0));
            Assert.That(FitsAfter(repair.Nearest), Is.EqualTo(told.Fits + repair.AtNearest), $"{line.Text}");
            Assert.That(FitsAfter(repair.Farthest), Is.EqualTo(told.Fits + repair.AtFarthest), $"{line.Text}");

            int FitsAfter(ulong level) => Explanation.Of(needs.With(line.Requirement, level), adverts).Fits;
        }
    }

    [Test]
    public void Every_requirement_turns_up_in_random_explanations_and_most_of_them_with_a_repair()
    {
        var (seen, repaired) = (new HashSet<Requirement>(), new HashSet<Requirement>());
        var make = new Samples(7);
        for (var i = 0; i < 4000; i++)
        {
            foreach (var line in Explanation.Of(Needs(make), [(make.Capabilities(), make.Number(0, 7) == 0 ? null : make.Load())]).Lines)
            {
                seen.Add(line.Requirement);
                if (line.Repair is not null) repaired.Add(line.Requirement);
            }
        }

        Assert.That(seen, Is.EquivalentTo(Enum.GetValues<Requirement>()));
        Assert.That(repaired, Is.SupersetOf(Enum.GetValues<Requirement>().Where(static r => Repair.Can(r) && r != Requirement.Semantics)));
    }

    [Test]
    public void The_words_name_the_repair()
    {
        var make = new Samples(9);
        (Capabilities, Load?) Node(ulong mebi, ulong price) => (
            make.Capabilities() with { Limits = new TaskLimits((mebi << 20) + 7, 1, 1, 1) }, new Load(true, 1, 0, price));
        var adverts = new[] { Node(768, 5), Node(512, 5), Node(512, 5), Node(2048, 9), Node(2048, 8), Node(100, 8), Node(2048, 5) };
        var told = Explanation.Of(new Needs { MemoryBytes = 1 << 30, PriceCeilingMicro = 5 }, adverts);
        Assert.That((told.Seen, told.Fits), Is.EqualTo((7, 1)));
        Assert.That(told.Lines.Select(static l => (l.Requirement, l.First, l.Unmet)),
            Is.EqualTo(new[] { (Requirement.Memory, 4, 4), (Requirement.Price, 2, 3) }));
        Assert.That(told.Lines.Select(static l => l.Text), Is.EqualTo(new[]
        {
            "needs 1 GiB of memory for a task; lower memory to 768 MiB: 1 more fits; to 512 MiB: 3 more fit",
            "pays at most 5 micro-units for a task; raise the price ceiling to 8 micro-units: 1 more fits; to 9 micro-units: 2 more fit",
        }));
    }

    [Test]
    public void Nobody_seen_is_said_as_nobody()
    {
        var told = Explanation.Of(new Needs(), []);
        Assert.That((told.Seen, told.Fits, told.Lines.Length), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public void What_only_the_node_can_change_has_no_repair()
    {
        var make = new Samples(10);
        var told = Explanation.Of(new Needs(), [(make.Capabilities(), null), (make.Capabilities(), new Load(false, 0, 0, 1))]);
        Assert.That(told.Lines.Select(static l => (l.Requirement, l.Repair, l.Text)), Is.EqualTo(new (Requirement, Repair?, string)[]
        {
            (Requirement.Heard, null, "gave no status lately"), (Requirement.TakesWork, null, "takes no work now"),
        }));
        Assert.That(() => new Needs().With(Requirement.Heard, 0), Throws.TypeOf<InvariantException>());
    }

    private static Needs Needs(Samples make)
    {
        var needs = new Needs
        {
            Runtime = make.Of("", "wasm", "wasm"),
            DeviceMemoryBytes = make.Number(0, 50) << 30,
            DeviceCount = make.Small(0, 3),
            Isolation = make.Of("", "wasm-process", "wasm-strict", "native-strict"),
            Cores = make.Small(0, 20),
            MemoryBytes = make.Number(0, 30) << 26,
            Fuel = make.Number(0, 4) << 30,
            WallMs = make.Number(0, 20) * 1000,
            FuelPerSecond = make.Number(0, 1) * make.Number(0, 500) * 1_000_000,
            FreeSlots = make.Small(0, 2),
            PriceCeilingMicro = make.Number(1, 20),
        };
        if (needs.Runtime.Length > 0 && make.Number(0, 1) == 0) needs = needs with { Semantics = "wasm-2.0/pc1" };
        if (make.Number(0, 2) == 0) needs = needs with { Device = make.Of(DeviceKind.Gpu, DeviceKind.Accelerator) };
        if (make.Number(0, 3) == 0) needs = needs with { Regions = [276] };
        if (make.Number(0, 3) == 0) needs = needs with { RegionsShunned = [840] };
        return needs;
    }
}
