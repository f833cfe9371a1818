// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Leases;

/// <summary>Names of faults in bundles (docs/protocol/job.md), with cause and remedy for people.</summary>
internal static class FaultWords
{
    /// <summary>A fault in words.</summary>
    /// <param name="fault">Its name.</param>
    /// <returns>One line; of a name that is not known the name.</returns>
    public static string Of(string fault) => fault switch
    {
        "missing-library" => "the program needs a library, or a version of one, that its image does not have: add it to the image, or link it statically",
        "missing-program" => "there is no such program in its image: check the first of args, that the file is executable, and its interpreter",
        "missing-output" => "the program ended well but left out an output that the job names: check outputs against what it writes into its folder",
        "work-full" => "the program's work folder was full: raise limits.work, or let it write less",
        "processes" => "the program reached its limit of processes and threads: raise limits.processes, or let it start fewer",
        "network" => "the program failed after it had tried to reach the network, which jobs do not have: give it everything as inputs",
        "forbidden-call" => "the program made a system call of another kind of processor: build it for this one",
        "form" => "an output is not of the kind that canonical names for it: check canonical against what the program writes",
        "kernels" => "its kernels do not compile, or cannot be started as the GPU program says: try it with `peercompute gpu run`",
        "device" => "its kernels ended the process: most often one reads or writes outside of its buffers; try it with `peercompute gpu run`",
        _ => $"the program was stopped: {fault}",
    };
}
