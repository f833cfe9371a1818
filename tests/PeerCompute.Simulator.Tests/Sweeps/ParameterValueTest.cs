// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Sweeps;

namespace PeerCompute.Simulator.Tests.Sweeps;

[TestFixture]
internal sealed class ParameterValueTest
{
    [TestCase("5", 5)]
    [TestCase("2%", 0.02)]
    [TestCase("500ppm", 0.0005)]
    [TestCase("10us", 0.00001)]
    [TestCase("10ms", 0.01)]
    [TestCase("3m", 180)]
    [TestCase("-1.5h", -5400)]
    [TestCase("storms", null)]
    [TestCase("5sm", null)]
    [TestCase("", null)]
    public void A_value_is_a_number_with_or_without_unit(string text, double? number)
        => Assert.That(ParameterValue.Number(text), number is { } n ? Is.EqualTo(n).Within(1e-12) : Is.Null);

    [TestCase("10ms,2s,1m", "s")]
    [TestCase("0,10ms", "s")]
    [TestCase("0,1", "")]
    [TestCase("5,10ms", "")]
    [TestCase("500ppm,1000ppm", "")]
    [TestCase("calm,storms", "")]
    [TestCase("1%,2%", "")]
    public void Times_alone_have_seconds(string values, string unit) => Assert.That(ParameterValue.Unit(values.Split(',')), Is.EqualTo(unit));
}
