// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Base.Numbers;

namespace PeerCompute.Base.Tests.Numbers;

internal sealed class ExactDecimalTests
{
    [TestCase("1", "1.0", "0", "0", true)]
    [TestCase("1e2", "100", "0", "0", true)]
    [TestCase("-.5", "-0.50", "", "", true)]
    [TestCase("0.1", "0.3", "0.2", "", true)]
    [TestCase("0.1", "0.30000000000000000000000000000000000000000000000001", "0.2", "", false)]
    [TestCase("100", "101", "", "0.01", true)]
    [TestCase("100", "99", "", "0.0099", false)]
    [TestCase("100", "101", "", "1e-2", true)]
    [TestCase("1e400", "-1e400", "", "2", true)]
    [TestCase("1e400", "1e-400", "1", "", false)]
    [TestCase("1", "3", "", "1e0", true)]
    [TestCase("5", "50", "", "2e1", true)]
    [TestCase("0", "-0", "", "", true)]
    public void Nearness_is_exact(string a, string b, string absolute, string relative, bool near)
    {
        Assert.That(ExactDecimal.Near(Of(a), Of(b), Of(absolute), Of(relative)), Is.EqualTo(near));
        Assert.That(ExactDecimal.Near(Of(b), Of(a), Of(absolute), Of(relative)), Is.EqualTo(near), "either way round");
    }

    [TestCase("")]
    [TestCase("-")]
    [TestCase(".")]
    [TestCase("1.2.3")]
    [TestCase("1e")]
    [TestCase("1e+")]
    [TestCase("1e401")]
    [TestCase("1x")]
    [TestCase("nan")]
    [TestCase("0x10")]
    [TestCase("11111111111111111111111111111111111111111111111111111111111111111")]
    public void What_is_no_number_is_not_read(string text) => Assert.That(ExactDecimal.TryParse(Encoding.ASCII.GetBytes(text), out _), Is.False);

    [Test]
    public void It_agrees_with_decimal_where_that_is_exact([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 3000; i++)
        {
            decimal a = Next(random), b = Next(random), absolute = Math.Abs(Next(random)), relative = random.Next(200) / 100m;
            var near = Math.Abs(a - b) <= absolute + (relative * Math.Max(Math.Abs(a), Math.Abs(b)));
            Assert.That(ExactDecimal.Near(Of(a), Of(b), Of(absolute), Of(relative)), Is.EqualTo(near), $"seed {seed}: {a} {b} {absolute} {relative}");
        }
    }

    private static decimal Next(Random random) => random.Next(-2000, 2000) * new decimal(1, 0, 0, false, (byte)random.Next(6));

    private static ExactDecimal Of(decimal number) => Of(number.ToString(CultureInfo.InvariantCulture));

    private static ExactDecimal Of(string text)
    {
        if (text.Length == 0) return default;
        Assert.That(ExactDecimal.TryParse(Encoding.ASCII.GetBytes(text), out var number), text);
        return number;
    }
}
