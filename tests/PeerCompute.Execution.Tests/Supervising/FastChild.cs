// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Protocol;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Tests.Supervising;

/// <summary>
/// A child that starts in milliseconds: a script that speaks the child's frames and behaves as its task's argument says. Bubblewrap, control groups,
/// folders and the parent are real; what the child says of its own walls is not, and is tested elsewhere.
/// </summary>
internal static class FastChild
{
    /// <summary>Names the script in the environment of a supervisor of these tests.</summary>
    public const string Variable = "PEERCOMPUTE_TEST_FASTCHILD";

    private const string Interpreter = "/usr/bin/perl";

    /// <summary>Whether it can run here.</summary>
    public static bool CanRun => File.Exists(Interpreter) && SandboxProbe.FindBubblewrap(null) is not null;

    /// <summary>How it is started.</summary>
    public static SandboxOptions Options(string script) =>
        new() { Command = new SandboxCommand(null, script), MinimumIsolation = IsolationClass.WasmStrict, StartTimeout = TimeSpan.FromMinutes(1) };

    /// <summary>Writes the script.</summary>
    /// <param name="folder">Where; its name is part of the script's.</param>
    /// <returns>Its path.</returns>
    public static string Write(string folder)
    {
        string script = Path.Combine(folder, Path.GetFileName(folder) + ".pl");
        File.WriteAllText(script, Script
            .Replace("WALLS", Hex(new WallsMessage
            {
                Filter = true,
                NoNewPrivileges = true,
                NoSockets = true,
                NoProcesses = true,
                NoHostFiles = true,
                NoHostProcesses = true,
                NoNetwork = true,
                NoCapabilities = true,
            }.Encode()))
            .Replace("DONE", Hex(new DoneMessage { Fuel = 7, Output = "well"u8.ToArray() }.Encode()))
            .Replace("WROTE", Hex(new DoneMessage { Fuel = 7, Files = [0] }.Encode())));
        File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);
        return script;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes);

    private const string Script = """
        #!/usr/bin/perl
        use strict;
        sub fill { my $n = shift; my $b = ''; while (length($b) < $n) { sysread(STDIN, $b, $n - length($b), length($b)) or exit 0 } $b }
        sub say_ { my ($kind, $body) = @_; my $f = pack('VC', length($body) + 1, $kind) . $body; syswrite(STDOUT, $f) }
        sub hear { my $h = fill(5); my $body = fill(unpack('V', $h) - 1); (ord(substr($h, 4)), $body) }
        if ($ARGV[1] eq '--probe') { say_(7, pack('H*', 'WALLS')); exit 0 }
        open(my $m, '<', '/job/module.wasm'); my $begin = <$m>; close($m);
        hear();
        exit 9 if $begin eq 'dies';
        sleep 600 if $begin eq 'hangs';
        say_($begin eq 'refused' ? 4 : 3, $begin eq 'refused' ? 'it is no module' : '');
        while (1) {
            my ($kind, $task) = hear();
            $task =~ /\x22.([0-9]+)\x12.([a-z]+)/s or exit 8;
            my ($folder, $what) = ("/job/out/$1", $2);
            if ($what eq 'well') { say_(6, pack('H*', 'DONE')) }
            elsif ($what eq 'slow') { select(undef, undef, undef, 0.3); say_(6, pack('H*', 'DONE')) }
            elsif ($what eq 'spin') { say_(5, pack('q<', 1)); sleep 600 }
            elsif ($what eq 'quit') { exit 3 }
            elsif ($what eq 'garbage') { syswrite(STDOUT, "\xff" x 64); sleep 600 }
            elsif ($what eq 'forks') { for (1 .. 20) { if (!fork()) { exec('/bin/sleep', '600') if $_ % 2; sleep 600; exit 0 } } say_(6, pack('H*', 'DONE')) }
            elsif ($what eq 'flood') { open(my $o, '>', "$folder/0"); syswrite($o, 'x' x 65536) for 1 .. 40; close($o); sleep 600 }
            elsif ($what eq 'writes') { open(my $o, '>', "$folder/0"); syswrite($o, 'result'); close($o); say_(6, pack('H*', 'WROTE')) }
            elsif ($what eq 'full') {
                open(my $o, '>', "$folder/0"); syswrite($o, 'x' x 65536) for 1 .. 16; close($o);
                say_(6, pack('H*', 'WROTE'));
            }
        }
        """;
}
