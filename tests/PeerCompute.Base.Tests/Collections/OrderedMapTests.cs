// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Collections;

namespace PeerCompute.Base.Tests.Collections;

public sealed class OrderedMapTests
{
    [Test]
    public void BehavesAsAListOfPairsUnderRandomOperations()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var choices = new Choices(seed);
            var map = new OrderedMap<int, int>(12);
            var model = new List<KeyValuePair<int, int>>();
            for (var step = 0; step < 2000; step++) Step(choices, map, model, step);
        }
    }

    [Test]
    public void KeepsItsOrderWhenCrowdsComeAndGo()
    {
        var choices = new Choices(7);
        var map = new OrderedMap<int, int>();
        var model = new List<int>();
        for (var wave = 0; wave < 12; wave++)
        {
            for (var most = choices.Below(400); model.Count < most; model.Add(model.Count + (1000 * wave))) map[model.Count + (1000 * wave)] = wave;
            for (var least = choices.Below(12); model.Count > least;)
            {
                var key = model[choices.Below(model.Count)];
                Assert.That(map.Remove(key) && !map.ContainsKey(key));
                model.Remove(key);
                Assert.That(map.Keys, Is.EqualTo(model));
                Assert.That(model.TrueForAll(map.ContainsKey));
            }
        }
    }

    [Test]
    public void ACrowdThatHasGoneLeavesNoLargeTableBehind()
    {
        var map = new OrderedMap<int, Guid>();
        var before = GC.GetTotalMemory(true);
        for (var i = 0; i < 100_000; i++) map[i] = Guid.Empty;
        var full = GC.GetTotalMemory(true) - before;
        for (var i = 0; i < 99_990; i++) map.Remove(i);
        var left = GC.GetTotalMemory(true) - before;
        Assert.That(left, Is.LessThan(full / 10));
        Assert.That(map.Keys, Is.EqualTo(Enumerable.Range(99_990, 10)));
    }

    [Test]
    public void SettingBeyondTheCapacityIsABug()
    {
        var map = new OrderedMap<string, int>(1) { ["a"] = 1 };
        map["a"] = 2;
        Assert.That(map["a"], Is.EqualTo(2));
        Assert.That(() => map["b"] = 3, Throws.TypeOf<InvariantException>());
        Assert.That(map.Count, Is.EqualTo(1));
        Assert.That(() => new OrderedMap<int, int>(0), Throws.TypeOf<InvariantException>());
    }

    [Test]
    public void ASetKeepsItsOrderAndRefusesWhenFull()
    {
        var set = new OrderedSet<int>(3);
        Assert.That(new[] { set.Add(5), set.Add(3), set.Add(5), set.Add(9), set.Add(1) }, Is.EqualTo(new[] { true, true, false, true, false }));
        Assert.That(set, Is.EqualTo(new[] { 5, 3, 9 }));
        Assert.That(set.IsFull);
        Assert.That(set.Remove(3) && !set.Remove(3) && set.Add(1));
        Assert.That(set, Is.EqualTo(new[] { 5, 9, 1 }));
    }

    [Test]
    public void ASetOfRecentThingsDropsTheOldest()
    {
        var set = new OrderedSet<int>(3);
        foreach (var item in new[] { 1, 2, 3, 2, 4, 5 }) set.AddRecent(item);
        Assert.That(set, Is.EqualTo(new[] { 3, 4, 5 }));
        Assert.That(set.AddRecent(4), Is.False);
        Assert.That(set.Contains(1), Is.False);
    }

    private static void Step(Choices choices, OrderedMap<int, int> map, List<KeyValuePair<int, int>> model, int value)
    {
        var key = choices.Below(20);
        var at = model.FindIndex(pair => pair.Key == key);
        switch (choices.Below(5))
        {
            case 0 or 1:
                Assert.That(map.TryAdd(key, value), Is.EqualTo(at < 0 && model.Count < 12));
                if (at < 0 && model.Count < 12) model.Add(new(key, value));
                break;
            case 2:
                Assert.That(map.Remove(key), Is.EqualTo(at >= 0));
                if (at >= 0) model.RemoveAt(at);
                break;
            case 3 when at >= 0:
                map[key] = value;
                model[at] = new(key, value);
                break;
            case 4 when choices.Below(200) == 0:
                map.Clear();
                model.Clear();
                break;
            default:
                Assert.That(map.TryGetValue(key, out var found), Is.EqualTo(at >= 0));
                if (at >= 0) Assert.That(found, Is.EqualTo(model[at].Value));
                break;
        }

        Assert.That(map.ToArray(), Is.EqualTo(model));
        Assert.That(map.Keys.SequenceEqual(model.Select(pair => pair.Key)) && map.Values.SequenceEqual(model.Select(pair => pair.Value)));
        Assert.That((map.Count, map.IsFull, map.ContainsKey(key)), Is.EqualTo((model.Count, model.Count == 12, model.Exists(pair => pair.Key == key))));
        if (model.Count > 0) Assert.That(map.First, Is.EqualTo(model[0]));
    }
}
