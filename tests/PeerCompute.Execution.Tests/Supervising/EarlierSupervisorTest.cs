// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;
using PeerCompute.Execution.Protocol;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Supervising;
using PeerCompute.Execution.Tests.Sandbox;

namespace PeerCompute.Execution.Tests.Supervising;

/// <summary>What a node makes of a supervisor that it did not start: of another build, of another kind, or long gone.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class EarlierSupervisorTest
{
    private const string Perl = "/usr/bin/perl";

    // Holds the lock, listens, answers questions with the bytes it was given, and ends when its lease of life is taken.
    private const string Stranger = """
        use Socket; use Fcntl ':flock';
        my ($folder, $answer) = @ARGV;
        open(my $lock, '>', "$folder/lock"); flock($lock, LOCK_EX) or exit 1;
        socket(my $listener, AF_UNIX, SOCK_STREAM, 0); bind($listener, pack_sockaddr_un("$folder/sock")) or exit 2; listen($listener, 8);
        $| = 1; print "ready\n";
        while (-e "$folder/life") {
            my $asked = ''; vec($asked, fileno($listener), 1) = 1;
            next unless select($asked, undef, undef, 0.02) > 0 && accept(my $peer, $listener);
            sysread($peer, my $question, 64); syswrite($peer, pack('H*', $answer));
        }
        """;

    private readonly List<string> _said = [];
    private string _folder = "";

    private SupervisorFolder Runs => new(Path.Combine(_folder, "runs"));

    [SetUp]
    public void MakeFolder()
    {
        _said.Clear();
        _folder = Directory.CreateTempSubdirectory("earlier").FullName;
        Runs.Make();
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("""{"Build":"of-another-day","Held":[{"Key":"k","Folder":"/nowhere"}]}""", "another version")]
    [TestCase("""{"Build":"of-another-day","Held":{"k":"/nowhere"},"More":1}""", "MetMessage")]
    [TestCase("{}", "another version")]
    [TestCase("null", "MetMessage")]
    [TestCase("what do you mean?", "MetMessage")]
    [TestCase(null, "does not answer")]
    public async Task One_that_cannot_be_understood_is_ended_and_nothing_of_it_is_taken_over(string? answer, string why)
    {
        Needed.If(File.Exists(Perl), "perl is not installed: foreign supervisors are not proven here");
        await File.WriteAllTextAsync(Runs.Life, "");
        byte[] frame = answer is null ? [] : [.. BitConverter.GetBytes(answer.Length + 1), (byte)FrameKind.Met, .. Encoding.ASCII.GetBytes(answer)];
        string[] program = ["-e", Stranger, Runs.Path, Convert.ToHexString(frame)];
        using Process stranger = Process.Start(new ProcessStartInfo(Perl, program) { RedirectStandardOutput = true })!;
        Assert.That(await stranger.StandardOutput.ReadLineAsync(), Is.EqualTo("ready"));
        Runs.WriteRecord(ProcessIdentity.Of(stranger.Id)!);
        await using (SupervisedHost host = await OpenAsync()) Assert.That(host.Unclaimed, Is.Empty);
        Assert.That(string.Join(' ', _said), Does.Contain(why));
        await stranger.WaitForExitAsync();
        Assert.That(File.Exists(Runs.Record), Is.False);
    }

    [TestCase(-1L, "")]
    [TestCase(0L, "of another start of the machine")]
    public async Task A_process_that_has_the_number_of_an_earlier_one_is_not_touched_and_work_goes_on(long ticks, string boot)
    {
        using Process decoy = Process.Start("sleep", "600");
        ProcessIdentity now = ProcessIdentity.Of(decoy.Id)!;
        ProcessIdentity earlier = now with { StartTicks = (ulong)((long)now.StartTicks + ticks), Boot = boot.Length > 0 ? boot : now.Boot };
        Assert.That(earlier.Lives, Is.False);
        earlier.Kill();
        Runs.WriteRecord(earlier);
        await File.WriteAllTextAsync(Runs.Life, "");
        await using (SupervisedHost host = await OpenAsync())
        {
            string work = Path.Combine(_folder, "work");
            Directory.CreateDirectory(work);
            var spec = new LeaseRunSpec { ModulePath = Samples.Misc("noop"), WorkRoot = Path.Combine(work, "run") };
            await using ILeaseRun run = await host.StartAsync("key", work, spec, default);
            Assert.That((await run.RunTaskAsync(new TaskSpec { Index = 0 }, null, default)).Fault, Is.EqualTo(FaultKind.None));
        }

        Assert.That(decoy.HasExited, Is.False);
        decoy.Kill();
    }

    private async Task<SupervisedHost> OpenAsync()
    {
        var options = new SupervisorOptions { Folder = Runs.Path, Command = Children.Walled.Command, Log = _said.Add };
        return await SupervisedHost.OpenAsync(options, new DirectHost(new WasmExecutor(Children.Walled)), default);
    }
}
