// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Leases;

/// <summary>A file that a task wrote.</summary>
/// <param name="Name">Plain file name; of a folder with a slash behind it.</param>
/// <param name="Content">Its bytes; of a folder those of a <see cref="Folders.PackedFolder"/>.</param>
public sealed record OutputFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>
/// What one task produced: hashed, encrypted and compared as a whole. A deterministic fault (trap, fuel, memory, output limit)
/// is an outcome like any other, so two honest machines agree on it.
/// </summary>
/// <param name="ExitCode">Exit code of the program.</param>
/// <param name="Fault">Empty, or the fault's name from docs/wasm.md.</param>
/// <param name="Files">Output files sorted by name, ordinal.</param>
/// <param name="Stdout">Standard output.</param>
public sealed record TaskBundle(uint ExitCode, string Fault, ImmutableArray<OutputFile> Files, ReadOnlyMemory<byte> Stdout)
{
    /// <summary>Longest encoding in bytes: the largest output and its names.</summary>
    public const int MaxBytes = (int)WireLimits.OutputBytes + (WireLimits.SpecItems * (WireLimits.NameBytes + 16)) + 1024;

    /// <summary>True when the program ended by itself with exit code 0.</summary>
    public bool Succeeded => ExitCode == 0 && Fault.Length == 0;

    /// <summary>What the program did wrong, for people; empty when it succeeded.</summary>
    public string FaultInWords => Fault.Length > 0 ? FaultWords.Of(Fault) : ExitCode != 0 ? $"the program ended with exit code {ExitCode}" : "";

    /// <summary>Reads a bundle.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The bundle.</returns>
    /// <exception cref="WireException">A field is out of range, files are not sorted, or the encoding is not canonical.</exception>
    public static TaskBundle Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.TaskBundle.Parser, bytes, MaxBytes, "bundle");
        var files = Canonical.List(m.Files, WireLimits.SpecItems, "files",
            static (f, field) => new OutputFile(Canonical.EntryName(f.Name, field + ".name"), f.Content.Memory));
        for (var i = 1; i < files.Length; i++)
        {
            if (string.CompareOrdinal(files[i - 1].Name, files[i].Name) >= 0) throw new WireException($"files[{i}].name", "not sorted, or stands twice");
        }

        return new TaskBundle(m.ExitCode, Canonical.Text(m.Fault, WireLimits.NameBytes, "fault"), files, m.Stdout.Memory);
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is hashed and encrypted.</returns>
    public byte[] Encode()
    {
        var m = new V1.TaskBundle { ExitCode = ExitCode, Fault = Fault, Stdout = Canonical.Bytes(Stdout) };
        foreach (var file in Files) m.Files.Add(new V1.OutputFile { Name = file.Name, Content = Canonical.Bytes(file.Content) });
        return m.ToByteArray();
    }
}
