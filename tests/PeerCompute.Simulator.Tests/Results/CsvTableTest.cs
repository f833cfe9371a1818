// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Results;

namespace PeerCompute.Simulator.Tests.Results;

[TestFixture]
internal sealed class CsvTableTest
{
    [Test]
    public void Quoted_values_keep_commas_quotes_and_lines()
    {
        string[] values = ["plain", "with, comma", "with \"quotes\"", "two\nlines", ""];
        var table = CsvTable.Parse("t", "a,b,c,d,e\r\n" + string.Join(',', values.Select(CsvTable.Quoted)) + "\n1,2,3,4,\n");
        Assert.That(table.Rows, Has.Count.EqualTo(2));
        Assert.That(table.Rows[0], Is.EqualTo(values));
        Assert.That(table.Rows[1], Is.EqualTo((string[])["1", "2", "3", "4", ""]));
        Assert.That(table.Numbers(table.Column("a")), Is.Null);
    }

    [TestCase("", "t:1: is empty")]
    [TestCase("a,b\n1,2\n3\n", "t:3: has 1 values, expected 2")]
    [TestCase("a\n\"1\"2\n", "t:2: has text behind a quoted value")]
    public void What_is_no_table_is_refused_with_its_line(string text, string complaint)
    {
        var refused = Assert.Throws<PeerComputeException>(() => CsvTable.Parse("t", text))!;
        Assert.That(refused.Code, Is.EqualTo(ErrorCode.BadInput));
        Assert.That(refused.Message, Does.StartWith(complaint));
    }

    [Test]
    public void A_column_that_is_not_there_is_named()
        => Assert.That(() => CsvTable.Parse("t", "a\n1\n").Column("z"), Throws.TypeOf<PeerComputeException>().With.Message.Contains("no column 'z'"));
}
