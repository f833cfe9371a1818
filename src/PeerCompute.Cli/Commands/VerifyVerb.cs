// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Trust.Receipts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Cli.Commands;

/// <summary><c>verify</c>: checks a receipt offline, from the file alone.</summary>
internal static class VerifyVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var file = new Argument<string>("RECEIPT") { Description = "Receipt file." };
        var verb = new Command("verify", "Check a receipt offline; say what it proves and what it trusts.") { file };
        verb.SetAction(parsed =>
        {
            var terminal = Globals.TerminalOf(parsed);
            var report = ReceiptCheck.Verify(Read(parsed.GetRequiredValue(file)));
            terminal.Result(() => Json(report), console =>
            {
                Tables.Facts(console, ("receipt", report.Ok ? "valid" : "NOT valid"));
                if (report.Receipt is null) return;
                Tables.Facts(
                    console,
                    ("job", $"{report.JobName} {report.JobId}"),
                    ("issuer", report.Issuer.ToString()),
                    ("workers", string.Join(' ', report.Workers)),
                    ("tasks", Tables.Number(report.Tasks)),
                    ("price", $"{Tables.Number(report.TotalMicro)} micro-{report.Unit}"),
                    ("fuel", Tables.Number(report.TotalFuel)),
                    ("confirmed by", report.ConfirmedBy));
                Lines(terminal, "proves", report.Proves);
                Lines(terminal, "trusts", report.Trusts);
            });
            foreach (var problem in report.Problems) terminal.Note("error: " + Words(problem));
            return report.Ok ? 0 : (int)ErrorCode.NotAuthentic;
        });
        return verb;
    }

    private static byte[] Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var content = new MemoryStream();
            var buffer = new byte[64 << 10];
            for (int got; (got = file.Read(buffer)) > 0;)
            {
                content.Write(buffer, 0, got);
                if (content.Length > WireLimits.ReceiptBytes)
                    throw new PeerComputeException(ErrorCode.BadInput, $"{path} is larger than a receipt can be, {WireLimits.ReceiptBytes} bytes.");
            }

            return content.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PeerComputeException(ErrorCode.NotFound, $"There is no receipt {path}. Check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{path} cannot be read: {e.Message}", e);
        }
    }

    private static void Lines(Terminal terminal, string title, IEnumerable<string> lines)
    {
        foreach (var line in lines.Select((text, i) => (i == 0 ? title : "").PadRight(title.Length) + "  - " + text)) terminal.Line(line);
    }

    private static string Words(ReceiptProblem problem) =>
        problem.Offset < 0 ? $"{problem.Field}: {problem.Text}" : $"{problem.Field}: {problem.Text} (at byte {problem.Offset})";

    private static JsonObject Json(ReceiptReport report) => new()
    {
        ["ok"] = report.Ok,
        ["problems"] = new JsonArray([
            .. report.Problems.Select(p => (JsonNode)new JsonObject { ["field"] = p.Field, ["offset"] = p.Offset, ["text"] = p.Text }),
        ]),
        ["jobId"] = report.JobId.ToString(),
        ["name"] = report.JobName,
        ["issuer"] = report.Issuer.ToString(),
        ["workers"] = Texts(report.Workers.Select(w => w.ToString())),
        ["tasks"] = report.Tasks,
        ["priceMicro"] = report.TotalMicro,
        ["unit"] = report.Unit,
        ["fuel"] = report.TotalFuel,
        ["settledLeases"] = report.Settled,
        ["confirmedBy"] = report.ConfirmedBy,
        ["proves"] = Texts(report.Proves),
        ["trusts"] = Texts(report.Trusts),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode?)t)]);
}
