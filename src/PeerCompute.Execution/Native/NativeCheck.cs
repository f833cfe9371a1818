// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Native;

/// <summary>Checks what a caller asks for before anything is started.</summary>
internal static class NativeCheck
{
    private const long PageBytes = 4096;
    private const long LeastMemoryBytes = 1 << 20;
    private const long MostBytes = 1L << 50;
    private const int MostNameLength = 255;
    private const int MostProcesses = 1 << 20;
    private const int MostOutputs = 1024;
    private const int MostVariables = 1024; // bubblewrap takes 9000 options in all
    private const int MostTextBytes = 100_000, MostTextsBytes = 500_000; // the kernel takes 131 072 and 2 MiB (execve(2)), the shell's own included

    public static void Spec(NativeRunSpec spec)
    {
        Must(spec.Arguments is [{ Length: > 0 }, ..], "no program: give its path as the first argument");
        bool found = spec.Arguments[0].StartsWith('/') || spec.Root is not null || spec.Own is not null;
        Must(found, $"program '{spec.Arguments[0]}': give its full path inside the sandbox");
        string start = spec.StartFolder ?? "/"; // bubblewrap makes it, and would follow a step up out of the private root
        Must(start.StartsWith('/') && !start.Contains('\0') && !start.Split('/').Contains(".."), "start folder: give its full path inside, without '..'");
        foreach (string text in spec.Arguments.Concat(spec.Environment)) Must(!text.Contains('\0'), "an argument or environment entry holds a zero byte");
        foreach (string variable in spec.Environment) Must(variable.IndexOf('=', StringComparison.Ordinal) > 0, $"environment '{variable}': write NAME=value");
        Must(spec.Environment.Count <= MostVariables,
            $"{spec.Environment.Count} environment entries, at most {MostVariables}: put settings into an input file");
        int longest = spec.Arguments.Concat(spec.Environment).Max(Encoding.UTF8.GetByteCount);
        Must(longest <= MostTextBytes, $"an argument or environment entry of {longest} bytes, at most {MostTextBytes}: put it into an input file");
        long together = spec.Arguments.Concat(spec.Environment).Sum(text => (long)Encoding.UTF8.GetByteCount(text));
        Must(together <= MostTextsBytes, $"arguments and environment of {together} bytes, at most {MostTextsBytes}: put them into an input file");
        Must(spec.MemoryBytes is >= LeastMemoryBytes and <= MostBytes, $"memory limit of {spec.MemoryBytes} bytes: give {LeastMemoryBytes} or more");
        Must(spec.WorkBytes is >= PageBytes and <= MostBytes, $"work folder of {spec.WorkBytes} bytes: give {PageBytes} or more");
        Must(spec.OutputBytes is >= 0 and <= MostBytes, $"output limit of {spec.OutputBytes} bytes: give 0 or more");
        Must(spec.Processes is >= 1 and <= MostProcesses, $"limit of {spec.Processes} processes: give 1 to {MostProcesses}");
        Must(spec.CpuMillis >= 0, $"limit of {spec.CpuMillis} thousandths of a processor: give 0 or more");
        Must(spec.Wall > TimeSpan.Zero && spec.Wall < TimeSpan.FromDays(40), $"wall-clock limit of {spec.Wall}: give more than zero, less than 40 days");
        Must(spec.Inputs.Count <= NativeRunSpec.MostInputs, $"{spec.Inputs.Count} input files, at most {NativeRunSpec.MostInputs}: pack small ones together");
        Must(spec.OutputNames.Count <= MostOutputs, $"{spec.OutputNames.Count} output files, at most {MostOutputs}: pack small ones together");
        Names([.. spec.Inputs.Select(input => input.Key)], "input");
        Names([.. spec.OutputNames.Select(FolderNames.Plain)], "output");
        foreach ((string name, string path) in spec.Inputs) Present(Path.Exists(path), $"input {name}: there is no file {path}");
        Present(spec.Root is null || Directory.Exists(spec.Root), $"root: there is no folder {spec.Root}");
        Must(spec.OutputNames.Count == 0 || spec.OutputFolder is not null, "outputs are named: give the folder that they go to");
        Present(spec.OutputFolder is null || Directory.Exists(spec.OutputFolder), $"outputs: there is no folder {spec.OutputFolder}");
    }

    private static void Names(IReadOnlyList<string> names, string what)
    {
        foreach (string name in names)
        {
            bool plain = name.Length is > 0 and <= MostNameLength && !name.Contains('\0') && name.Split('/').All(part => part is not ("" or "." or ".."));
            Must(plain, $"{what} name '{name}': give a relative path with forward slashes, without . or .., of at most {MostNameLength} characters");
        }

        Must(names.Distinct(StringComparer.Ordinal).Count() == names.Count, $"two {what}s of one name: names must differ");
    }

    private static void Present(bool there, string otherwise)
    {
        if (!there) throw new PeerComputeException(ErrorCode.NotFound, otherwise);
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds) throw new PeerComputeException(ErrorCode.BadInput, otherwise);
    }
}
