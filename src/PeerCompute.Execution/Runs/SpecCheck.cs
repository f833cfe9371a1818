// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Protocol;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Runs;

/// <summary>Checks what a caller asks for before anything is started.</summary>
internal static class SpecCheck
{
    private const long PageBytes = 65536;
    private const long MostMemoryBytes = 65536 * PageBytes;
    private const int MostNameLength = 255;

    public static void Lease(LeaseRunSpec spec)
    {
        Must(spec.MemoryBytes is >= PageBytes and <= MostMemoryBytes, $"memory limit of {spec.MemoryBytes} bytes: give 65536 to {MostMemoryBytes}");
        Must(spec.FuelPerTask > 0 || spec.Native is not null, $"fuel limit of {spec.FuelPerTask}: give at least 1");
        Must(spec.OutputBytes >= 0, $"output limit of {spec.OutputBytes} bytes: give 0 or more");
        Must(spec.WallPerTask > TimeSpan.Zero, $"wall-clock limit of {spec.WallPerTask}: give more than zero");
        Must(spec.Inputs.Count <= LeaseRunSpec.MostInputs, $"{spec.Inputs.Count} input files, at most {LeaseRunSpec.MostInputs}: pack small ones together");
        if (spec.Native is null) Present(spec.ModulePath ?? "", "module");
        foreach ((string name, string path) in spec.Inputs)
        {
            Name(FolderNames.Plain(name), "input");
            if (spec.Native is null || !Directory.Exists(path)) Present(path, $"input {name}");
        }

        Must(spec.Inputs.Select(input => FolderNames.Plain(input.Key)).Distinct(StringComparer.Ordinal).Count() == spec.Inputs.Count,
            "two inputs of one name: names must differ");
    }

    public static void Task(TaskSpec spec)
    {
        Must(spec.OutputNames.Count <= DoneMessage.MostOutputs,
            $"{spec.OutputNames.Count} output files, at most {DoneMessage.MostOutputs}: pack small ones together");
        Must(spec.OutputNames.Select(FolderNames.Plain).Distinct(StringComparer.Ordinal).Count() == spec.OutputNames.Count,
            "two outputs of one name: names must differ");
        foreach (string name in spec.OutputNames) Name(FolderNames.Plain(name), "output");
        foreach (string text in spec.Arguments.Concat(spec.Environment)) Must(!text.Contains('\0'), "an argument or environment entry holds a zero byte");
    }

    /// <summary>A name inside the guest's folder: relative, forward slashes, no step up, no empty part.</summary>
    private static void Name(string name, string what)
    {
        bool plain = name.Length is > 0 and <= MostNameLength && !name.Contains('\0') && !name.Contains('\\')
            && name.Split('/').All(part => part is not ("" or "." or ".."));
        Must(plain, $"{what} name '{name}': give a relative path with forward slashes, without . or .., of at most {MostNameLength} characters");
    }

    private static void Present(string path, string what)
    {
        if (!File.Exists(path)) throw new PeerComputeException(ErrorCode.NotFound, $"{what}: there is no file {path}");
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds) throw new PeerComputeException(ErrorCode.BadInput, otherwise);
    }
}
