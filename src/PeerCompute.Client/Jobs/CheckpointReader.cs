// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Client.Jobs;

/// <summary>Reads how checkpoints are taken.</summary>
/// <param name="top">The job file.</param>
/// <param name="isNative">Whether the program is a native one.</param>
internal sealed class CheckpointReader(YamlMap top, bool isNative)
{
    private const ulong EveryStandard = 60_000, GraceStandard = 5_000, MaxStandard = 16 << 20;

    /// <summary>Reads the key.</summary>
    /// <param name="inputs">Inputs of the job.</param>
    /// <param name="outputs">Names of its outputs.</param>
    /// <param name="work">Size of the work folder, bytes.</param>
    /// <returns>Null where the job has none.</returns>
    public JobCheckpoint? Read(IReadOnlyList<NamedInput> inputs, IReadOnlyList<string> outputs, ulong work)
    {
        if (!top.Has("checkpoint")) return null;
        var map = top.Map("checkpoint");
        var path = map.Text("path");
        if (!isNative) top.Fail("checkpoint", "is of native programs; a module's tasks begin anew on another worker: leave it out");
        else if (NativeSemantics.IsGpuRuntime(top.Text("runtime", "")))
            top.Fail("checkpoint", "GPU programs have no folder that they write while they run; leave it out");
        if (map.Has("path") && (path is "" or "." or ".." || path.IndexOfAny(['/', '\\']) >= 0 || path.Any(char.IsControl)
            || path.Length > WireLimits.NameBytes || path.StartsWith('.')))
            map.Fail("path", $"\"{path}\" is not a plain name of a folder that the program writes, for example state");
        else if (inputs.Any(input => FolderNames.Plain(input.Name) == path)) map.Fail("path", $"{path} is an input, which can only be read");
        else if (outputs.Any(output => FolderNames.Plain(output) == path)) map.Fail("path", $"{path} is an output; give checkpoints a folder of their own");
        var read = new JobCheckpoint(
            path,
            map.Value("every", EveryStandard, TaskLimits.CheckpointEveryMsLeast, WireLimits.WallMs, YamlUnit.Duration),
            (uint)map.Value("keep", 1, 1, CheckpointTerms.KeepMost, YamlUnit.Amount),
            map.Value("max", MaxStandard, 1, TaskLimits.CheckpointBytesMost, YamlUnit.Size),
            map.Value("grace", GraceStandard, 0, CheckpointTerms.GraceMsMost, YamlUnit.Duration));
        if (isNative && map.Has("max") && read.MaxBytes > work)
            map.Fail("max", $"is more than the work folder that holds it has; raise limits.work, which is {Units.Size(work)}, or give less");
        map.Close();
        return read;
    }
}
