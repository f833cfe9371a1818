// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Images;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Tests.Sandbox;

namespace PeerCompute.Execution.Tests.Images;

/// <summary>A real image, made by tools of others, runs behind the walls.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class ImageRunTest : ImageFixture
{
    private const string BusyBox = "/bin/busybox";

    private static readonly NativeExecutor Executor = new(Children.Walled);

    [SetUp]
    public void NeedBusyBox() => Need(File.Exists(BusyBox), "busybox-static");

    [Test]
    public async Task An_image_of_our_own_runs_as_it_says()
    {
        LayoutMaker made = Layout().Layer(new TarMaker().Entry('0', "bin/busybox", "", await File.ReadAllBytesAsync(BusyBox), 0x1ED)
            .Link("bin/sh", "busybox").Link("bin/cat", "/bin/busybox").Link("bin/id", "busybox").File("etc/passwd", "evil").File("etc/motd", "own\n").Done());
        made.Config["config"] = new System.Text.Json.Nodes.JsonObject
        {
            ["Env"] = new System.Text.Json.Nodes.JsonArray("PATH=/bin", "COLOUR=red", "HOME=/root"),
            ["Entrypoint"] = new System.Text.Json.Nodes.JsonArray("sh", "-c"),
            ["Cmd"] = new System.Text.Json.Nodes.JsonArray("pwd; cat /etc/motd; echo $COLOUR $HOME; id -un; echo x >/bin/x || echo kept"),
            ["WorkingDir"] = "/tmp/work/dir",
            ["User"] = "root",
        };
        ImageRecord image = Import(made.Write());
        var spec = new NativeRunSpec { Arguments = [], Wall = TimeSpan.FromMinutes(2) };
        Assert.That(Assert.Throws<PeerComputeException>(() => Store.Prepare(image, spec))!.Code, Is.EqualTo(ErrorCode.Refused));
        Store.Decide(policy => policy.Allow(image.Digest));
        Assert.That(await SaidAsync(Store.Prepare(image, spec)), Is.EqualTo("/tmp/work/dir\nown\nred /job\njob\nkept\n"));
        Assert.That(await SaidAsync(Store.Prepare(image, spec with { Arguments = ["echo $COLOUR"], Environment = ["COLOUR=blue"] })), Is.EqualTo("blue\n"));
    }

    [Test]
    public async Task Images_of_umoci_and_skopeo_come_out_as_those_tools_unpack_them()
    {
        Need(OnPath("umoci"), "umoci");
        Need(OnPath("skopeo"), "skopeo");
        await ShellAsync(
            """
            umoci init --layout lay; umoci new --image lay:one; umoci unpack --image lay:one work
            cd work/rootfs; mkdir -p bin usr/lib etc data/deep gone; cp /bin/busybox bin/; ln bin/busybox bin/hard; ln -s busybox bin/sh; ln -s usr/lib lib
            echo 1 >data/deep/hidden; echo 1 >data/kept; echo 1 >gone/x; echo lib >usr/lib/so; chmod u+s bin/busybox
            cd ../..; umoci repack --image lay:one work; rm -rf work; umoci unpack --image lay:one work
            cd work/rootfs; rm data/deep/hidden; rm -rf gone; echo 2 >data/new; ln bin/busybox data/again; mkdir gone; echo 2 >gone/y
            cd ../..; umoci repack --image lay:one work; rm -rf work; umoci unpack --image lay:one work
            umoci config --image lay:one --config.entrypoint /bin/sh --config.cmd -c --config.cmd 'cat /lib/so && echo $0' --config.workingdir /data
            skopeo copy -q oci:lay:one oci-archive:one.tar:one; skopeo copy -q --dest-compress oci:lay:one oci:copy:one
            skopeo copy -q oci:lay:one docker-archive:docker.tar:one:1
            """);
        ImageRecord image = Import(Path.Combine(Scratch, "one.tar"), "one");
        const string look = "find . ! -type d | sort | while read f; do echo $f $(readlink $f) $([ -h $f ] || cksum <$f); done";
        string theirs = await ShellAsync("cd work/rootfs && " + look), ours = await ShellAsync($"cd {Store.RootOf(image)} && {look}");
        Assert.That(ours, Is.EqualTo(theirs).And.Contain("./gone/y").And.Not.Contain("hidden"));
        Assert.That(Import(Path.Combine(Scratch, "lay")).Digest, Is.EqualTo(image.Digest));
        Import(Path.Combine(Scratch, "copy"));
        Assert.That(Refused(Path.Combine(Scratch, "docker.tar")).Message, Does.Contain("skopeo copy docker-archive:"));
        Store.Decide(policy => policy.Allow(image.Digest));
        Assert.That(await SaidAsync(Store.Prepare(image, new NativeRunSpec { Arguments = [] })), Is.EqualTo("lib\n/bin/sh\n"));
    }

    private static async Task<string> SaidAsync(NativeRunSpec spec)
    {
        Need(SandboxProbe.FindBubblewrap(null) is not null, "bubblewrap");
        NativeReport report = await Executor.RunAsync(spec, CancellationToken.None);
        Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), $"{report.Text} {report.ErrorTail}");
        return report.OutputTail;
    }

    private static bool OnPath(string tool) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)));

    private static void Need(bool there, string package) => Needed.If(there, $"{package} is not installed: its images are not proven here");

    private async Task<string> ShellAsync(string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-ec", script])
        {
            WorkingDirectory = Scratch,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process shell = Process.Start(start)!;
        Task<string> said = shell.StandardOutput.ReadToEndAsync(), wrong = shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.That(shell.ExitCode, Is.Zero, await wrong);
        return await said;
    }
}
