// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Node.Mesh;

namespace PeerCompute.Node.Tests.Mesh;

internal sealed class HostSurveyTests
{
    private readonly TempFolder _folder = new();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task A_device_that_has_no_score_is_withdrawn_at_once()
    {
        File.WriteAllText(_folder["clinfo.txt"], "[X/0] CL_DEVICE_NAME One\n[X/0] CL_DEVICE_TYPE CL_DEVICE_TYPE_CPU\n");
        var (told, lines) = (new List<Device?>(), new List<string>());
        HostSurvey? survey = null;
        survey = new HostSurvey(
            new RecordedHost(_folder.Path), _folder.Path, static () => new GpuScore(Failing()), Changed, TimeProvider.System, lines.Add);
        await survey.Begin(
            (_, _) =>
            {
                told.Add(survey.ForPrograms);
                return Task.CompletedTask;
            },
            CancellationToken.None);
        Assert.That(told.Select(static device => device?.OpenClName), Is.EqualTo(new[] { "One", null }), "found, then gone");
        Assert.That(lines, Has.Some.Contains("GPU programs are not run here"));

        Task Changed(CancellationToken stop)
        {
            told.Add(survey!.ForPrograms);
            return Task.CompletedTask;
        }
    }

    /// <summary>What no program can be run with: no wall stands.</summary>
    private static GpuExecutor Failing()
    {
        var options = new SandboxOptions { Command = new SandboxCommand(null, "/bin/false") };
        return new GpuExecutor(new NativeExecutor(options, new NativeWalls([], "none here")), options.Command);
    }
}
