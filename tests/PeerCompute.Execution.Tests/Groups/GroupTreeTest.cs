// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Groups;

namespace PeerCompute.Execution.Tests.Groups;

/// <summary>Trees that were recorded on other systems: which hierarchies are found, and what would be written to make a group.</summary>
[TestFixture]
internal sealed class GroupTreeTest
{
    private string _root = "";

    [SetUp]
    public void MakeRoot() => _root = Directory.CreateTempSubdirectory("groups").FullName;

    [TearDown]
    public void RemoveRoot() => Directory.Delete(_root, recursive: true);

    [Test]
    public void Of_a_hybrid_host_each_controller_is_found_where_it_is()
    {
        GroupTree tree = Recorded("hybrid");
        Assert.Multiple(() =>
        {
            Assert.That(tree.Mode, Is.EqualTo(GroupMode.Hybrid));
            Assert.That(tree.Places.Select(place => (place.Version, string.Join('+', place.Controllers), Inside(place.Folder))), Is.EqualTo(new[]
            {
                (1, "cpu", "/cpu"), (1, "cpuacct", "/cpuacct"), (1, "memory", "/memory/lab/node"), (1, "freezer", "/freezer"), (1, "pids", "/pids"),
            }));
        });
        ControlGroup group = ControlGroup.TryMake(tree, new GroupBounds(1000, 7) { CpuMillis = 1500, CpuWeight = 50 })!;
        Assert.That(Written(group), Is.EquivalentTo(new[]
        {
            "/cpu cpu.cfs_period_us 100000", "/cpu cpu.cfs_quota_us 150000", "/cpu cpu.shares 512", "/memory/lab/node memory.limit_in_bytes 1000",
            "/memory/lab/node memory.memsw.limit_in_bytes 1000", "/memory/lab/node memory.swappiness 0", "/pids pids.max 7",
        }));
    }

    [Test]
    public void In_a_delegated_service_of_version_2_the_node_moves_below_its_own_group_and_hands_the_controllers_on()
    {
        GroupTree tree = Recorded("v2-service");
        Assert.That((tree.Mode, Inside(tree.Places.Single().Folder)), Is.EqualTo((GroupMode.V2, "/system.slice/pc-delegated.service")));
        ControlGroup group = ControlGroup.TryMake(tree, new GroupBounds(1000, 7) { CpuMillis = 500 })!;
        string own = tree.Places.Single().Folder;
        Assert.Multiple(() =>
        {
            Assert.That(Written(group), Is.EquivalentTo(new[]
            {
                "/system.slice/pc-delegated.service memory.max 1000", "/system.slice/pc-delegated.service memory.swap.max 0",
                "/system.slice/pc-delegated.service memory.oom.group 1", "/system.slice/pc-delegated.service pids.max 7",
                "/system.slice/pc-delegated.service cpu.max 50000 100000",
            }));
            Assert.That(File.ReadAllText(Path.Combine(own, "node/cgroup.procs")), Is.EqualTo("0"));
            Assert.That(GroupFiles.Words(Path.Combine(own, "cgroup.subtree_control")), Is.EquivalentTo(new[] { "+memory", "+pids", "+cpu" }));
            Assert.That(group.Around(["/bin/x"]), Does.Contain(group.Folders.Single() + "/cgroup.procs"));
        });
    }

    [TestCase("memory", ExpectedResult = "/a:b/c")]
    [TestCase("cpuacct", ExpectedResult = "/d")]
    [TestCase("", ExpectedResult = "/user.slice")]
    [TestCase("pids", ExpectedResult = null)]
    public string? The_group_of_a_controller_is_found(string controller) =>
        GroupTree.PathOf(["4:memory:/a:b/c", "2:cpu,cpuacct:/d", "0::/user.slice", "broken"], controller);

    [TestCase("36 31 0:32 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct", ExpectedResult = "/sys/fs/cgroup/cpu,cpuacct: cpu+cpuacct")]
    [TestCase("36 31 0:32 / /sys/fs/cgroup/systemd rw shared:9 - cgroup cgroup rw,xattr,name=systemd", ExpectedResult = "/sys/fs/cgroup/systemd: xattr")]
    [TestCase("30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate", ExpectedResult = "/sys/fs/cgroup: unified")]
    [TestCase("30 23 0:26 / /sys/fs/cgroup rw,nosuid - tmpfs tmpfs rw", ExpectedResult = "")]
    [TestCase("cgroup - cgroup", ExpectedResult = "")]
    [TestCase("", ExpectedResult = "")]
    public string A_line_of_mounts_is_read(string line) => GroupMount.Parse(line) is { } mount
        ? $"{mount.Folder}: {(mount.Unified ? "unified" : string.Join('+', mount.Controllers))}" : "";

    [Test]
    public void A_host_without_control_groups_has_none()
    {
        GroupTree tree = GroupTree.Read(_root);
        Assert.That((tree.Mode, tree.Places.Count), Is.EqualTo((GroupMode.None, 0)));
        Assert.That(ControlGroup.TryMake(tree, new GroupBounds(1000, 7)), Is.Null);
    }

    [Test]
    public void What_the_kernel_counted_is_read_of_either_version()
    {
        File.WriteAllText(Path.Combine(_root, "memory.peak"), "4096\n");
        File.WriteAllText(Path.Combine(_root, "memory.events"), "low 0\nhigh 0\nmax 12\noom 2\noom_kill 1\noom_group_kill 1\n");
        File.WriteAllText(Path.Combine(_root, "pids.events"), "max 3\n");
        File.WriteAllText(Path.Combine(_root, "cpu.stat"), "usage_usec 2500000\nuser_usec 1\n");
        Assert.That(GroupFacts.Read([_root]), Is.EqualTo(new GroupFacts(4096, 1, 12, 3, TimeSpan.FromSeconds(2.5))));
        string first = Directory.CreateDirectory(Path.Combine(_root, "v1")).FullName;
        File.WriteAllText(Path.Combine(first, "memory.max_usage_in_bytes"), "8192\n");
        File.WriteAllText(Path.Combine(first, "memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n");
        File.WriteAllText(Path.Combine(first, "memory.failcnt"), "5\n");
        File.WriteAllText(Path.Combine(first, "memory.memsw.failcnt"), "6\n");
        File.WriteAllText(Path.Combine(first, "cpuacct.usage"), "1000000000\n");
        Assert.That(GroupFacts.Read([first]), Is.EqualTo(new GroupFacts(8192, 4, 11, null, TimeSpan.FromSeconds(1))));
    }

    private GroupTree Recorded(string name)
    {
        string from = Path.Combine(AppContext.BaseDirectory, "Groups/fixtures", name);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(_root, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        return GroupTree.Read(_root);
    }

    private string Inside(string folder) => folder[(_root.Length + "/sys/fs/cgroup".Length)..];

    private IEnumerable<string> Written(ControlGroup group) => group.Folders.SelectMany(Directory.EnumerateFiles)
        .Select(file => $"{Inside(Path.GetDirectoryName(Path.GetDirectoryName(file))!)} {Path.GetFileName(file)} {File.ReadAllText(file)}");
}
