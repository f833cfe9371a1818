// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace PeerCompute.Architecture.Tests;

/// <summary>The parts of tests/run that could count wrongly.</summary>
[TestFixture]
internal sealed class RunScriptTest
{
    private const string Results = """
        <TestRun>
          <Results>
            <UnitTestResult testId="1" testName="Adds(&quot;a &lt; b&quot;)" duration="00:01:02.5000000" outcome="Passed" />
            <UnitTestResult testId="2" testName="Subtracts" duration="00:00:00.2500000" outcome="Failed">
              <Output>
                <ErrorInfo>
                  <Message>  Expected: 1
          But was: 2</Message>
                </ErrorInfo>
              </Output>
            </UnitTestResult>
            <UnitTestResult testId="3" testName="Divides" duration="00:00:00" outcome="NotExecuted">
              <Output>
                <ErrorInfo>
                  <Message>needs wabt &amp; patience</Message>
                </ErrorInfo>
              </Output>
            </UnitTestResult>
          </Results>
          <TestDefinitions>
            <UnitTest name="Adds" id="1">
              <TestMethod className="Sums" name="Adds" />
            </UnitTest>
            <UnitTest name="Subtracts" id="2">
              <TestMethod className="Sums" name="Subtracts" />
            </UnitTest>
            <UnitTest name="Divides" id="3">
              <TestMethod className="Quotients" name="Divides" />
            </UnitTest>
          </TestDefinitions>
        </TestRun>
        """;

    [Test]
    public async Task Results_are_read_one_line_a_test()
    {
        Assert.That(await Read(Results, status: 1), Is.EqualTo(new[]
        {
            "Passed\tSums\t62.5\tAdds(\"a < b\")\t",
            "Failed\tSums\t0.25\tSubtracts\t  Expected: 1",
            "Skipped\tQuotients\t0\tDivides\tneeds wabt & patience",
        }));
    }

    [Test]
    public async Task A_run_that_ends_badly_without_a_failed_test_is_a_failure()
    {
        string passed = Results.Replace("\"Failed\"", "\"Passed\"", StringComparison.Ordinal);
        Assert.That(await Read(passed, status: 134), Has.Exactly(1).StartsWith("Failed\tProject\t0\t(the whole project)"));
        Assert.That(await Read(passed, status: 0), Has.None.StartsWith("Failed"));
    }

    [Test]
    public async Task An_unknown_option_is_refused_with_the_usage()
    {
        (int status, string output) = await Run("tests/run", "--nonsense");
        Assert.That(status, Is.EqualTo(2));
        Assert.That(output, Does.Contain("unknown option --nonsense").And.Contain("--no-install"));
    }

    [Test]
    public async Task A_command_runs_as_it_is_where_no_unprivileged_user_was_made()
    {
        (int status, string output) = await Run("env", "-u", "PEERCOMPUTE_TEST_USER", "tests/lib/as-user", "echo", "two  words");
        Assert.That(status, Is.Zero);
        Assert.That(output, Is.EqualTo("two  words\n"));
    }

    private static async Task<string[]> Read(string trx, int status)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, trx);
            (_, string output) = await Run("awk", "-v", "project=Project", "-v", $"status={status}", "-f", "tests/lib/results.awk", file, file);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int Status, string Output)> Run(string program, params string[] arguments)
    {
        string path = program.Contains('/', StringComparison.Ordinal) ? Repository.FullPath(program) : program;
        var start = new ProcessStartInfo(path, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
