// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Images;

/// <summary>Names of a stranger's archive, taken apart: what is left can only lie below the root.</summary>
internal static class EntryName
{
    private const int PartBytes = 255; // NAME_MAX, limits.h
    private const int Shown = 80;

    /// <summary>The parts of an entry's name; none for the root itself.</summary>
    /// <param name="name">The name, such as <c>./usr/bin/</c>.</param>
    /// <param name="limits">Bounds.</param>
    /// <exception cref="PeerComputeException">It is absolute, steps up, or is too long or too deep.</exception>
    public static string[] Split(string name, ImageLimits limits)
    {
        Check(name, limits);
        if (name.StartsWith('/')) throw ImageFault.Bad($"{Quote(name)}: the name is absolute: pack it relative to the root (tar without -P)");
        string[] parts = [.. name.Split('/').Where(part => part is not ("" or "."))];
        if (parts.Contains("..")) throw ImageFault.Bad($"{Quote(name)}: the name steps up by '..': pack it relative to the root");
        if (parts.Length > limits.Depth) throw ImageFault.Limit($"{Quote(name)}: {parts.Length} levels deep, limit {limits.Depth}: pack it flatter");
        foreach (string part in parts)
        {
            if (Encoding.UTF8.GetByteCount(part) > PartBytes) throw ImageFault.Limit($"{Quote(name)}: a part has more than {PartBytes} bytes: shorten it");
        }

        return parts;
    }

    /// <summary>Checks the target of a link, which may point anywhere: it is followed inside the sandbox only.</summary>
    /// <param name="target">The target.</param>
    /// <param name="limits">Bounds.</param>
    public static string Target(string target, ImageLimits limits)
    {
        Check(target, limits);
        return target.Length > 0 ? target : throw ImageFault.Bad("a link has no target: pack it again");
    }

    /// <summary>A stranger's name for a message.</summary>
    public static string Quote(string name) => $"entry '{Printable.Line(name, Shown)}'";

    private static void Check(string name, ImageLimits limits)
    {
        int bytes = Encoding.UTF8.GetByteCount(name);
        if (bytes > limits.NameBytes) throw ImageFault.Limit($"{Quote(name)}: a name of {bytes} bytes, limit {limits.NameBytes}: shorten it");
        if (name.Contains('\0')) throw ImageFault.Bad($"{Quote(name)}: the name holds a zero byte: rename it");
    }
}
