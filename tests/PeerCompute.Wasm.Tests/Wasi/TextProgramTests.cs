// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Tests.Wasi;

/// <summary>jq and mawk, unchanged, against those of the machine.</summary>
[TestFixture]
public sealed class TextProgramTests
{
    private const string Json = """
        [{"a":"x1","b":4,"t":"2020-02-29T12:00:00Z"},{"a":"y\u00e9\ud83d\ude00","b":9.25,"t":"1999-12-31T23:59:59Z"},
         {"a":"x1","b":1e300,"t":"2001-01-01T00:00:00Z"},{"a":null,"b":-0,"t":"1970-01-01T00:00:00Z","c":{"d":[1,[2,[3]]]}}]
        """;

    private string _folder = string.Empty;

    [SetUp]
    public void Begin() => _folder = Directory.CreateTempSubdirectory("programs-").FullName;

    [TearDown]
    public void End() => Directory.Delete(_folder, true);

    [Test]
    public void JqAnswersWhatJqAnswers()
    {
        DebianProgram.Need("jq");
        const string Filter = """
            ., [.[] | select((.a // "") | test("^x[0-9]+$")) | .b | sqrt], map(.t | strptime("%Y-%m-%dT%H:%M:%SZ") | mktime | todate),
            (group_by(.a) | map({k: .[0].a, n: length, s: (map(.b) | add)})), (.[1].a | @base64, @uri, @json, ascii_upcase, length, utf8bytelength),
            (.[0].a | sub("x(?<d>.)"; "<\(.d)>") | explode), [paths(type == "number")], (.[3].c.d | flatten), [limit(5; range(10; 0; -3))],
            (try error("no") catch .), ([.[].b] | min, max, sort), (reduce .[].b as $x (0; . + $x)), $name, input_line_number
            """;
        var native = DebianProgram.Native("jq", _folder, Encoding.UTF8.GetBytes(Json), "-S", "--arg", "name", "value", Filter);
        Assert.That(native.ExitCode, Is.Zero, native.ErrorText);
        var run = DebianProgram.InEngine("jq", new MemoryGuestFiles(1), Encoding.UTF8.GetBytes(Json), "-S", "--arg", "name", "value", Filter);
        Assert.That(run.ExitCode, Is.Zero, run.ErrorText + run.Exit);
        Assert.That(run.Text, Is.EqualTo(native.Text));
    }

    [Test]
    public void JqReadsModulesAndFilesAndFailsAsJqFails()
    {
        DebianProgram.Need("jq");
        var files = new MemoryGuestFiles(1 << 20);
        foreach (var (name, text) in new[] { ("lib/m.jq", "def twice: . * 2;"), ("data.json", "[1,2,3]"), ("bad.json", "[1,2") })
        {
            files.Put(name, Encoding.UTF8.GetBytes(text));
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, name))!);
            File.WriteAllText(Path.Combine(_folder, name), text);
        }

        foreach (var args in new[]
        {
            new[] { "-c", "-L", "lib", "import \"m\" as m; map(m::twice)", "data.json" },
            ["-e", ".[5]", "data.json"],
            [".", "bad.json"],
            [".", "missing.json"],
            [".[", "data.json"],
        })
        {
            var native = DebianProgram.Native("jq", _folder, [], args);
            var run = DebianProgram.InEngine("jq", files, [], args);
            var what = string.Join(' ', args);
            Assert.That((run.ExitCode, run.Text), Is.EqualTo((native.ExitCode, native.Text)), what);
            Assert.That(run.ErrorText, Is.EqualTo(native.ErrorText), what);
        }
    }

    [Test]
    public void MawkMakesTheSalesOfTheCsvSampleAddsThemUpAsMawkDoesAndHasNoPipes()
    {
        DebianProgram.Need("mawk");
        var sample = SampleFolder.Of("csv");
        var files = new MemoryGuestFiles(16 << 20);
        foreach (var script in new[] { "generate.awk", "check.awk" })
        {
            files.Put(script, File.ReadAllBytes(Path.Combine(sample, script)));
        }

        var native = DebianProgram.Native("mawk", sample, [], "-v", "seed=1", "-v", "rows=3000", "-f", "generate.awk");
        var run = DebianProgram.InEngine("mawk", files, [], "-v", "seed=1", "-v", "rows=3000", "-f", "generate.awk");
        Assert.That(run.ExitCode, Is.Zero, run.ErrorText + run.Exit);
        Assert.That(run.Output, Is.EqualTo(native.Output));
        Assert.That(run.Text.Count(c => c == '\n'), Is.EqualTo(3_001));
        const string Sum = """
            BEGIN { FS = "," }
            NR > 1 { n[$2]++; sum[$2, $3] += $4 * $5 }
            END { for (k in n) print k, n[k]; for (k in sum) printf "%s=%.2f\n", k, sum[k] / 7 }
            """;
        files.Put("sales.csv", run.Output);
        File.WriteAllBytes(Path.Combine(_folder, "sales.csv"), run.Output);
        var table = DebianProgram.InEngine("mawk", files, [], Sum, "sales.csv");
        Assert.That(table.ExitCode, Is.Zero, table.ErrorText + table.Exit);
        Assert.That(table.Text, Is.EqualTo(DebianProgram.Native("mawk", _folder, [], Sum, "sales.csv").Text));
        var sorted = DebianProgram.InEngine("mawk", files, [], "-f", "check.awk", "sales.csv");
        Assert.That(sorted.ExitCode, Is.EqualTo(2), "a pipe");
        Assert.That(sorted.ErrorText, Is.EqualTo("mawk: cannot open \"LC_ALL=C sort\" for output (Function not implemented)\n"));
    }

    [Test]
    public void MawkReadsWritesAndMatchesAsMawkDoes()
    {
        DebianProgram.Need("mawk");
        const string Program = """
            { n += NF; s = s $2; print > ("part-" NR % 2) }
            /b+[^x]*$/ { hits++ }
            function f(x, y) { return x > 1 ? x * f(x - 1) : 1 }
            END {
              close("part-0"); while ((getline line < "part-0") > 0) back = back "<" line ">";
              print n, s, hits, f(10), back; printf "%.3f %5d|%-5s|%x %c\n", sin(1), 42, "ab", 255, 65;
              x = "foo bar"; gsub(/o+/, "[&]", x); print x, toupper(x), substr(x, 2, 3), index(x, "bar"), match(x, /ba/), RSTART, RLENGTH;
              print split("a:b:c", p, ":"), p[3], length(p[1]), (("b" in p) ? "in" : "out"); exit 3
            }
            """;
        var input = "a b c\nd e f\nlast bbb\n"u8.ToArray();
        var files = new MemoryGuestFiles(1 << 20);
        var native = DebianProgram.Native("mawk", _folder, input, Program);
        var run = DebianProgram.InEngine("mawk", files, input, Program);
        Assert.That((run.ExitCode, run.Text, run.ErrorText), Is.EqualTo((native.ExitCode, native.Text, native.ErrorText)));
        Assert.That(native.ExitCode, Is.EqualTo(3));
        files.TryGet("part-1", out var part);
        Assert.That(part.ToArray(), Is.EqualTo(File.ReadAllBytes(Path.Combine(_folder, "part-1"))));
    }
}
