// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Tests.Gpu;

/// <summary>A program that is granted a card tries to reach the other one, and whatever else there is.</summary>
[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal sealed class DeviceGrantTest : CardFixture
{
    private static readonly string[] Usual =
        ["core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero"];

    [Test]
    public async Task It_sees_the_granted_card_and_no_other_one()
    {
        string[] lines = await SeenAsync(Card(1), "ls /dev; ls /run/card; echo $LD_LIBRARY_PATH; env | grep NVIDIA");
        Assert.That(lines.Except(Usual), Is.EqualTo(new[]
        {
            "nvidia-uvm", "nvidia1", "nvidiactl", "libcuda.so.1", "/run/card", "NVIDIA_VISIBLE_DEVICES=void",
        }));
        string[] refused = await SeenAsync(Card(1), "cat /dev/nvidia0 2>&1; echo x 2>&1 >/dev/nvidia0; true");
        Assert.That(refused, Has.All.Contains("nvidia0").And.Some.Contains("No such file"), "errors, and nothing else");
        Assert.That(Words(0, 0xAAAAAAAA), Is.EqualTo(CardBytes / 4));
    }

    [Test]
    public async Task Nodes_are_devices_that_answer_and_everything_beside_stays_as_it_was()
    {
        const string Attempts = "ls /; touch /dev/x /usr/x /x 2>&1; mknod /job/n c 195 1 2>&1; grep Cap /proc/self/status";
        string[] granted = await SeenAsync(Card(0), Attempts), plain = await SeenAsync(null, Attempts);
        Assert.That(granted, Is.EqualTo(plain), "the walls are those of any native program");
        File.Delete(Node("nvidia0"));
        File.CreateSymbolicLink(Node("nvidia0"), "/dev/null");
        var spec = new NativeRunSpec
        {
            Arguments = ["/bin/sh", "-c", "test -c /dev/nvidia0 && echo gone >/dev/nvidia0 && echo device"], Grant = Grants.Of(Card(0), out _)!,
        };
        NativeReport report = await new NativeExecutor(Sandbox.Children.Walled).RunAsync(spec, CancellationToken.None);
        Assert.That(report.OutputTail.Trim(), Is.EqualTo("device"), Said(report));
    }

    [Test]
    public async Task In_a_root_of_its_own_the_drivers_libraries_go_before_the_images()
    {
        string[] lines = await SeenAsync(
            Card(1), "echo $LD_LIBRARY_PATH; ls /run/card", static spec => spec with { Environment = ["LD_LIBRARY_PATH=/opt/lib"] });
        Assert.That(lines, Is.EqualTo(new[] { "/run/card:/opt/lib", "libcuda.so.1" }));
    }

    [Test]
    public void A_card_whose_nodes_cannot_be_told_is_not_granted()
    {
        Assert.That(Grants.Of(Card(5), out string why), Is.Null);
        Assert.That(why, Is.EqualTo("the driver does not say which of its nodes is the card's"));
        File.WriteAllText(Node("dxg"), "");
        Assert.That((Grants.Of(Card(5), out why), why), Is.EqualTo(((DeviceGrant?)null, "the Linux of Windows has one node for all cards")));
        File.Delete(Node("nvidia1"));
        Assert.That((Grants.Of(Card(1), out why), why), Is.EqualTo(((DeviceGrant?)null, "there is no node /dev/nvidia1")));
        Assert.That((Grants.Of(new Device(DeviceKind.Gpu, "x"), out why), why), Is.EqualTo(((DeviceGrant?)null, "nobody says where it is on this host")));
    }

    [Test]
    public void A_slice_gets_the_nodes_of_its_instances_and_none_where_nobody_names_them()
    {
        Device slice = Card(1) with { Card = new CardAddress("nvidia") { Pci = "0000:02:00.0", Parent = "GPU-1", Uuid = "MIG-new" } };
        Assert.That((Grants.Of(slice, out string why), why).why, Does.Contain("nvidia-ctk cdi generate"));
        Device old = slice with { Card = slice.Card! with { Uuid = "MIG-GPU-1/3/0" } };
        Cap("proc/driver/nvidia/capabilities/gpu1/mig/gi3/access", 30);
        Cap("proc/driver/nvidia/capabilities/gpu1/mig/gi3/ci0/access", 31);
        Directory.CreateDirectory(Node("nvidia-caps"));
        foreach (int cap in new[] { 30, 31, 40, 41 }) File.WriteAllText(Node($"nvidia-caps/nvidia-cap{cap}"), "");
        const string Caps = "/dev/nvidia-caps/nvidia-cap";
        string[] whole = ["/dev/nvidia1", "/dev/nvidiactl", "/dev/nvidia-uvm"];
        Assert.That(Inside(old), Is.EqualTo((string[])[.. whole, Caps + 30, Caps + 31]));
        Directory.CreateDirectory(Path.Combine(Root, "etc/cdi"));
        File.WriteAllText(Path.Combine(Root, "etc/cdi/nvidia.yaml"), """
            cdiVersion: 0.5.0
            kind: nvidia.com/gpu
            devices:
            - name: MIG-new
              containerEdits:
                deviceNodes:
                - path: /dev/nvidia1
                - path: /dev/nvidia0
                - path: /dev/sda
                - path: /dev/nvidia-caps/nvidia-cap40
                - path: /dev/nvidia-caps/nvidia-cap41
                - path: /dev/nvidia-caps/nvidia-cap40/../../sda
            """);
        Assert.That(Inside(slice), Is.EqualTo((string[])[.. whole, Caps + 40, Caps + 41]), "what CDI names beside is not believed");
    }

    [Test]
    public void Cards_of_AMD_and_Intel_get_their_rendering_node_alone()
    {
        foreach (string node in new[] { "dri/renderD128", "dri/renderD129", "kfd" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Node(node))!);
            File.WriteAllText(Node(node), "");
        }

        string pci = Path.Combine(Root, "sys/devices/pci0000:00/0000:03:00.0/drm/renderD129");
        Directory.CreateDirectory(pci);
        Directory.CreateDirectory(Path.Combine(Root, "sys/bus/pci/devices"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "sys/bus/pci/devices/0000:03:00.0"), "../../../devices/pci0000:00/0000:03:00.0");
        var card = new Device(DeviceKind.Gpu, "card") { Card = new CardAddress("amd") { Pci = "0000:03:00.0" } };
        Assert.That(Inside(card), Is.EqualTo(new[] { "/dev/dri/renderD129", "/dev/kfd" }));
        Assert.That(Grants.Of(card, out _)!.Files.Select(static file => file.Value), Is.EqualTo(new[] { "/sys/devices/pci0000:00/0000:03:00.0" }));
        Assert.That(Inside(card with { Card = new CardAddress("intel") { Pci = "0000:03:00.0" } }), Is.EqualTo(new[] { "/dev/dri/renderD129" }));
        Assert.That(Inside(card with { Card = new CardAddress("amd") { Render = 128 } }), Is.EqualTo(new[] { "/dev/dri/renderD128", "/dev/kfd" }));
        Device other = card with { Card = new CardAddress("intel") { Pci = "0000:09:00.0" } };
        Assert.That(Inside(other).Single(), Does.Contain("which node is the card's"));
        Directory.CreateDirectory(Path.Combine(Root, "sys/bus/pci/devices/0000:09:00.0/drm/card0"));
        Assert.That(Inside(other).Single(), Does.Contain("which node is the card's"), "it shows pictures and renders none");
    }

    private string[] Inside(Device card) => [.. Grants.Of(card, out string why)?.Nodes.Select(static node => node.Value) ?? [why]];

    private void Cap(string file, int minor)
    {
        string path = Path.Combine(Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"DeviceFileMinor: {minor}\nDeviceFileMode: 292\nDeviceFileModify: 1\n");
    }

    private async Task<string[]> SeenAsync(Device? card, string script, Func<NativeRunSpec, NativeRunSpec>? with = null)
    {
        var spec = new NativeRunSpec { Arguments = ["/bin/sh", "-c", script], Grant = card is null ? DeviceGrant.None : Grants.Of(card, out _)! };
        NativeReport report = await new NativeExecutor(Sandbox.Children.Walled).RunAsync(with is null ? spec : with(spec), CancellationToken.None);
        Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), Said(report));
        return report.OutputTail.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
