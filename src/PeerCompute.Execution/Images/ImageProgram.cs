// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Images;

/// <summary>How an image wants its program to be started (OCI image specification, config.md).</summary>
public sealed record ImageProgram
{
    /// <summary>Environment, each NAME=value.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The program and its first arguments.</summary>
    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    /// <summary>Arguments after those, or, without entry point, the program; what a caller gives takes their place.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The folder in which it starts; empty: none is asked for.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The user that it asks for. It runs as the sandbox's one user whoever that is.</summary>
    public string User { get; init; } = "";

    /// <summary>What is started.</summary>
    /// <param name="arguments">A caller's arguments; none: the image's own.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: neither names a program.</exception>
    public IReadOnlyList<string> Arguments(IReadOnlyList<string> arguments)
    {
        IReadOnlyList<string> all = [.. Entrypoint, .. arguments.Count > 0 ? arguments : Command];
        return all is [{ Length: > 0 }, ..] ? all : throw ImageFault.Bad("the image names no program: give one");
    }

    /// <summary>Refuses what could not be started.</summary>
    internal void Check()
    {
        foreach (string variable in Environment)
        {
            if (variable.IndexOf('=', StringComparison.Ordinal) <= 0)
                throw ImageFault.Bad($"Env: '{Printable.Line(variable, 80)}' must be NAME=value: make the image again");
        }

        if (Folder.Split('/', StringSplitOptions.RemoveEmptyEntries) is ["proc" or "sys" or "dev", ..])
            throw ImageFault.Bad($"WorkingDir: '{Printable.Line(Folder, 80)}' is a folder of the system: make the image with another");
        if (Folder.Length > 0 && (!Folder.StartsWith('/') || Folder.Split('/').Contains("..")))
            throw ImageFault.Bad($"WorkingDir: '{Printable.Line(Folder, 80)}' must be absolute and without '..': make the image again");
    }
}
