// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Gpu;

namespace PeerCompute.Execution.Tests.Gpu;

/// <summary>GPU programs as people write them: a good one is read, and every mistake is said with the file's name.</summary>
[TestFixture]
internal sealed class GpuProgramFileTest
{
    private const string Good = """
        {
            "source": "k.cl", "buffers": [{"name": "b", "bytes": 4, "output": "b"}],
            "launches": [{"kernel": "k", "items": [1], "arguments": [{"buffer": "b"}]}]
        }
        """;

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("gpu-file").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_description_is_read_with_its_kernels()
    {
        GpuProgram program = Read(Good);
        Assert.That((program.Source, program.Rounds, program.Buffers.Single().Output), Is.EqualTo(("__kernel void k(__global int *b) {}", 1u, "b")));
        Assert.That(program.Launches.Single().Arguments.Single().Kind, Is.EqualTo(GpuArgumentKind.Buffer));
    }

    [TestCase("null", "null")]
    [TestCase("[]", "JSON")]
    [TestCase("{", "JSON")]
    [TestCase("\"source\": \"k.cl\"", "\"source\": null")]
    [TestCase("\"source\": \"k.cl\"", "\"source\": 7")]
    [TestCase("\"name\": \"b\"", "\"name\": null")]
    [TestCase("\"bytes\": 4", "\"bytes\": -1")]
    [TestCase("\"output\": \"b\"", "\"output\": null")]
    [TestCase("[{\"name\": \"b\", \"bytes\": 4, \"output\": \"b\"}]", "[null]")]
    [TestCase("[{\"name\": \"b\", \"bytes\": 4, \"output\": \"b\"}]", "null")]
    [TestCase("\"kernel\": \"k\"", "\"kernel\": null")]
    [TestCase("\"items\": [1]", "\"items\": null")]
    [TestCase("\"items\": [1]", "\"items\": [null]")]
    [TestCase("[{\"buffer\": \"b\"}]", "null")]
    [TestCase("[{\"buffer\": \"b\"}]", "[null]")]
    [TestCase("[{\"buffer\": \"b\"}]", "[{\"buffer\": null}]")]
    [TestCase("[{\"buffer\": \"b\"}]", "[{\"of\": \"moon\"}]")]
    [TestCase("\"launches\"", "\"launchs\"")]
    public void A_mistake_is_said_with_the_files_name(string right, string wrong)
    {
        string text = Good.Contains(right, StringComparison.Ordinal) ? Good.Replace(right, wrong, StringComparison.Ordinal) : right;
        var fault = Assert.Throws<PeerComputeException>(() => Read(text));
        Assert.That(fault!.Code, Is.EqualTo(ErrorCode.BadInput));
        Assert.That(fault.Message, Does.Contain("program.json"));
    }

    private GpuProgram Read(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "k.cl"), "__kernel void k(__global int *b) {}");
        string file = Path.Combine(_folder, "program.json");
        File.WriteAllText(file, text);
        return GpuProgramFile.Read(file);
    }
}
