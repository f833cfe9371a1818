// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Base.Tests.Errors;

[TestFixture]
internal sealed class PrintableTest
{
    [TestCase("plain text, with ümlauts and 漢字 and 😀", ExpectedResult = "plain text, with ümlauts and 漢字 and 😀")]
    [TestCase("a\r\nb\tc", ExpectedResult = "a  b c")]
    [TestCase("\u001b]0;owned\a", ExpectedResult = "\uFFFD]0;owned\uFFFD")]
    [TestCase("\u009b2J\u007f\0\b", ExpectedResult = "\uFFFD2J\uFFFD\uFFFD\uFFFD")]
    [TestCase("\u202etxt.exe\u2066\u200b\u2028", ExpectedResult = "\uFFFDtxt.exe\uFFFD\uFFFD\uFFFD")]
    public string What_a_terminal_would_obey_is_shown_instead(string text) => Printable.Line(text);

    [Test]
    public void Half_of_a_pair_is_no_character() => Assert.That(Printable.Line("half " + (char)0xd83d + " of a pair"), Is.EqualTo("half \uFFFD of a pair"));

    [TestCase("abc", 3, ExpectedResult = "abc")]
    [TestCase("äöü", 5, ExpectedResult = "äö")]
    [TestCase("a漢字", 6, ExpectedResult = "a漢")]
    [TestCase("a😀b", 4, ExpectedResult = "a")]
    [TestCase("a😀b", 5, ExpectedResult = "a😀")]
    public string A_text_is_cut_by_its_bytes(string text, int most) => Printable.Cut(text, most);

    [Test]
    public void It_is_cut_at_whole_characters() => Assert.That(Printable.Line("ab😀cd", 3), Is.EqualTo("ab"));
}
