// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text;
using PeerCompute.Trust.Comparing;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Tests.Comparing;

internal sealed class ComparatorsTests
{
    private static readonly Comparator Numbers = new("", Comparator.Numbers) { Absolute = "0.01", Relative = "1e-3" };

    [TestCase("x = 1.000, y=2", "x =\t1.009\r\n,y = 2.0", "")]
    [TestCase("[1000 -5]", "[1001.0 -5.01]", "")]
    [TestCase("a b", "a c", "line 1: 'b', or 'c'")]
    [TestCase("1\n\n2 3", "1 2 4", "line 3: '3', or '4': more apart than the tolerances")]
    [TestCase("1 2", "1", "line 1: '2', or the end")]
    [TestCase("nan inf", "nan inf", "")]
    [TestCase("nan", "0", "line 1: 'nan', or '0'")]
    [TestCase("1,5", "1.5", "line 1: '1', or '1.5': more apart than the tolerances")]
    [TestCase("<1>", "(1)", "line 1: '<', or '('")]
    [TestCase("\u0001", "é", "line 1: '?', or '??'")]
    [TestCase("1e999", "1e999 ", "")]
    [TestCase("1e999", "1e998", "line 1: '1e999', or '1e998'")]
    public void Numbers_may_differ_by_their_tolerances_and_nothing_else_may(string a, string b, string difference)
        => Assert.That(Comparators.Difference(Numbers, Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b)), Is.EqualTo(difference));

    [TestCase(Comparator.Text, "a  \r\nb", "a\nb\n", "")]
    [TestCase(Comparator.Text, "b\na", "a\nb", "other bytes from byte 0 on")]
    [TestCase(Comparator.Lines, "b\na", "a\nb \n", "")]
    [TestCase(Comparator.Lines, "a\nb", "a\nb\nb", "4 bytes, or 6")]
    public void Texts_and_lines_are_compared_in_their_forms(string by, string a, string b, string difference)
        => Assert.That(Comparators.Difference(new Comparator("", by), Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b)), Is.EqualTo(difference));

    [Test]
    public void Bundles_are_compared_output_by_output()
    {
        ImmutableArray<Comparator> comparators = [Numbers, Numbers with { Output = "table" }];
        var bundle = Bundle("1", "1", "x");
        Assert.That(BundleComparison.Difference(comparators, bundle, Bundle("1.001", "1.001", "x")), Is.Empty);
        Assert.That(BundleComparison.Difference(comparators, bundle, Bundle("2", "1", "x")), Does.StartWith("standard output: line 1"));
        Assert.That(BundleComparison.Difference(comparators, bundle, Bundle("1", "2", "x")), Does.StartWith("table: line 1"));
        Assert.That(BundleComparison.Difference(comparators, bundle, Bundle("1", "1", "y")), Is.EqualTo("word: other bytes from byte 0 on"));
        Assert.That(BundleComparison.Difference([], bundle, Bundle("1.0", "1", "x")), Is.EqualTo("standard output: 1 bytes, or 3"));
        Assert.That(BundleComparison.Difference(comparators, bundle, new TaskBundle(0, "memory", [], default)), Does.StartWith("the program succeeded, or "));
        Assert.That(BundleComparison.Difference(comparators, bundle, bundle with { ExitCode = 1 }), Does.Contain("exit code 1"));
        Assert.That(BundleComparison.Difference(comparators, bundle, bundle with { Files = bundle.Files[..1] }), Is.EqualTo("2 outputs, or 1"));
    }

    [Test]
    public void Any_bytes_can_be_compared_either_way_round(
        [ValueSource(typeof(Comparator), nameof(Comparator.Known))] string by, [Values(1, 2)] int seed)
    {
        var random = new Random(seed);
        var comparator = new Comparator("", by) { Least = by is Comparator.Psnr or Comparator.Ssim ? 5U : 0, Absolute = by == Comparator.Numbers ? "1" : "" };
        const string Letters = "0123456789.e-+ \n,na";
        for (var i = 0; i < 5000; i++)
        {
            var (a, b) = (Any(), Any());
            var (one, other) = (Comparators.Difference(comparator, a, b), Comparators.Difference(comparator, b, a));
            Assert.That(one.Length == 0, Is.EqualTo(other.Length == 0), $"seed {seed}, round {i}");
            Assert.That(one.All(static c => c is >= ' ' and <= '~' or '…' or '×'), one);
        }

        byte Letter() => random.Next(20) == 0 ? (byte)random.Next(256) : (byte)Letters[random.Next(Letters.Length)];

        byte[] Any() => [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Letter())];
    }

    private static TaskBundle Bundle(string stdout, string table, string word)
        => new(0, "", [new("table", Encoding.UTF8.GetBytes(table)), new("word", Encoding.UTF8.GetBytes(word))], Encoding.UTF8.GetBytes(stdout));
}
