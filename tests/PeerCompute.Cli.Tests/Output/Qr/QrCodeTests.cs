// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Cli.Output.Qr;

namespace PeerCompute.Cli.Tests.Output.Qr;

[CancelAfter(180_000)]
public sealed class QrCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    [Test]
    public async Task Another_reader_reads_every_version()
    {
        // A text for each version, of the least and of the greatest length that it holds.
        var texts = new List<string>();
        for (var (length, version) = (1, 0); QrCode.Draw(Text(length)) is { } code; length++)
        {
            if (Version(code) == version) continue;
            if (length > 1) texts.Add(Text(length - 1));
            texts.Add(Text(length));
            version = Version(code);
        }

        var pictures = texts.Select(static t => QrPicture.Lines(QrCode.Draw(t)!, coloured: false));
        var read = await QrReader.ReadAsync(pictures);
        Assert.That(read.Select(static r => (string?)r?["text"]), Is.EqualTo(texts));
        Assert.That(read.Select(static r => (string?)r?["mode"]), Is.All.EqualTo("alphanumeric"));
        Assert.That(read.Select(static r => (int)r!["version"]!).Distinct(), Is.EquivalentTo(Enumerable.Range(1, QrCode.VersionMost)));
    }

    [Test]
    public void What_no_version_holds_is_not_drawn()
    {
        // ISO/IEC 18004, table 7: version 20 at level L holds 1249 alphanumeric characters.
        Assert.That(QrCode.Draw(Text(1249)), Is.Not.Null);
        Assert.That(QrCode.Draw(Text(1250)), Is.Null);
    }

    [TestCase(1, 25)]
    [TestCase(2, 47)]
    [TestCase(6, 195)]
    [TestCase(7, 224)]
    [TestCase(9, 335)]
    [TestCase(10, 395)]
    [TestCase(14, 667)]
    [TestCase(15, 758)]
    public void A_version_holds_what_the_standard_says(int version, int characters)
    {
        Assert.That(Version(QrCode.Draw(Text(characters))!), Is.EqualTo(version));
        Assert.That(Version(QrCode.Draw(Text(characters + 1))!), Is.EqualTo(version + 1));
    }

    [Test]
    public void A_picture_is_a_square_with_its_quiet_zone_in_lines_of_one_width()
    {
        var lines = QrPicture.Lines(QrCode.Draw("PC1:ABC")!, coloured: false).ToList();
        Assert.That(lines, Has.Count.EqualTo((21 + 8 + 1) / 2));
        Assert.That(lines.Select(static l => l.Length), Is.All.EqualTo(21 + 8));
        Assert.That(QrPicture.Lines(QrCode.Draw("PC1:ABC")!, coloured: true), Is.EqualTo(lines.Select(static l => $"\u001b[97;40m{l}\u001b[0m")));
    }

    private static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(i => Alphabet[(i * i + (i / 7)) % Alphabet.Length]));

    private static int Version(bool[,] code) => (code.GetLength(0) - 17) / 4;
}
