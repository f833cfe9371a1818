// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Devices.Cdi;

namespace PeerCompute.Execution.Tests.Devices.Cdi;

[TestFixture]
internal sealed class CdiSpecTest
{
    private const string Yaml = """
        ---
        # written by a tool
        cdiVersion: 0.5.0
        containerEdits:
          env:
          - NVIDIA_VISIBLE_DEVICES=void
          deviceNodes:
          - path: /dev/nvidiactl   # shared
          mounts:
          - containerPath: "/usr/lib/x86_64-linux-gnu/libcuda.so.535.1"
            hostPath: /usr/lib/x86_64-linux-gnu/libcuda.so.535.1
            options:
            - ro
            - bind
        devices:
          - containerEdits:
              deviceNodes:
                - path: /dev/nvidia0
                  hostPath: '/dev/it''s'
            name: "0"
          - name: GPU-1
            containerEdits: {}
        kind: nvidia.com/gpu
        """;

    private const string Json = """
        {"cdiVersion": "0.5.0", "kind": "nvidia.com/gpu",
         "containerEdits": {"env": ["NVIDIA_VISIBLE_DEVICES=void"], "deviceNodes": [{"path": "/dev/nvidiactl"}],
           "mounts": [{"hostPath": "/usr/lib/x86_64-linux-gnu/libcuda.so.535.1",
                       "containerPath": "/usr/lib/x86_64-linux-gnu/libcuda.so.535.1", "options": ["ro"]}]},
         "devices": [{"name": "0", "containerEdits": {"deviceNodes": [{"path": "/dev/nvidia0", "hostPath": "/dev/it's"}]}},
                     {"name": "GPU-1", "containerEdits": {}}]}
        """;

    [TestCase(Yaml)]
    [TestCase(Json)]
    public void Both_forms_say_the_same(string text)
    {
        CdiSpec spec = CdiSpec.Read(text);
        Assert.That(spec.Kind, Is.EqualTo("nvidia.com/gpu"));
        Assert.That(spec.Common.Environment, Is.EqualTo(new[] { "NVIDIA_VISIBLE_DEVICES=void" }));
        Assert.That(spec.Common.Nodes.Single().Value, Is.EqualTo("/dev/nvidiactl"));
        Assert.That(spec.Common.Mounts.Single().Key, Does.EndWith("libcuda.so.535.1"));
        Assert.That(spec.Of("0")!.Nodes.Single(), Is.EqualTo(KeyValuePair.Create("/dev/it's", "/dev/nvidia0")));
        Assert.That((spec.Of("GPU-1")!.Nodes.Count, spec.Of("all")), Is.EqualTo((0, (CdiEdits?)null)));
    }

    [TestCase("kind: x\ndevices:\n- name: &a b", "anchors")]
    [TestCase("kind: |\n  x", "texts of several lines")]
    [TestCase("kind: [a, b]", "in one line")]
    [TestCase("kind: x\n\tdevices: 1", "tabs")]
    [TestCase("kind: x\nkind: y", "a second key")]
    [TestCase("kind: x\n---\nkind: y", "further documents")]
    [TestCase("kind: 'x", "closing quote")]
    [TestCase("kind: \"x\" y", "closing quote")]
    [TestCase("kind: x\n  more: y", "indented unlike")]
    [TestCase("kind: x\njust words", "no 'key: value'")]
    [TestCase("- a\n- b", "is no map")]
    [TestCase("", "is no map")]
    [TestCase("devices: []", "kind")]
    [TestCase("kind: x\ndevices: y", "devices")]
    [TestCase("kind: x\ndevices:\n- name: a\n- name: a", "two devices")]
    [TestCase("kind: x\ncontainerEdits:\n  mounts:\n  - hostPath: /a", "containerPath")]
    [TestCase("{\"kind\": \"x\", \"kind\": \"y\"}", "kind")]
    [TestCase("{\"kind\": 7}", "kind")]
    public void What_is_no_spec_is_refused_with_its_place(string text, string cause)
        => Assert.That(() => CdiSpec.Read(text), Throws.InstanceOf<WireException>().With.Message.Contains(cause));

    [Test]
    public void Depth_lines_and_length_are_bounded()
    {
        string deep = "kind: x\n" + string.Concat(Enumerable.Range(0, 1000).Select(static i => new string(' ', i) + "a:\n"));
        string dashes = string.Concat(Enumerable.Repeat("- ", 5000)) + "a";
        foreach (string text in new[] { deep, dashes, new string('\n', 30_000), new string('[', 1000) })
            Assert.That(() => CdiSpec.Read(text), Throws.InstanceOf<WireException>());
        Assert.That(() => CdiSpec.Read("{\"kind\":" + new string('[', 1000)), Throws.InstanceOf<WireException>());
        Assert.That(() => CdiSpec.Read(new string('a', CdiSpec.MostBytes + 1)), Throws.InstanceOf<WireException>());
    }

    [Test]
    public void Whatever_bytes_there_are_it_reads_or_refuses()
    {
        var random = new Random(7);
        for (int i = 0; i < 3000; i++)
        {
            char[] text = Yaml.ToCharArray();
            for (int n = random.Next(1, 8); n > 0; n--) text[random.Next(text.Length)] = "\n :-'\"#[]{}&a\t\\0"[random.Next(16)];
            try
            {
                CdiSpec.Read(new string(text));
            }
            catch (WireException)
            {
                // Refused.
            }
        }
    }

    [Test]
    public void Maps_lists_and_texts_nest()
    {
        JsonNode read = PlainYaml.Read("a:\n- b: 1\n  c:\n  - - x\n    - y\n- d\ne: http://f # g\n'h i': ~\n")!;
        Assert.That(read.ToJsonString(), Is.EqualTo("""{"a":[{"b":"1","c":[["x","y"]]},"d"],"e":"http://f","h i":null}"""));
    }
}
