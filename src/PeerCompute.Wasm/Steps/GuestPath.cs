// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace PeerCompute.Wasm.Steps;

/// <summary>The form of paths that the engine gives to <see cref="Wasi.IGuestFiles"/>.</summary>
internal static class GuestPath
{
    /// <summary>Bytes that a path of the most characters may have.</summary>
    public const int MostBytes = 3 * MostCharacters;

    private const int MostNameBytes = 255;
    private const int MostCharacters = 4_096;

    /// <summary>Whether a path is not empty and has no part that is empty, <c>.</c>, <c>..</c>, too long or holds a zero.</summary>
    public static bool IsNormal(string path)
    {
        if (path.Length > MostCharacters || path.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var part in path.Split('/'))
        {
            if (part is "" or "." or ".." || Encoding.UTF8.GetByteCount(part) > MostNameBytes)
            {
                return false;
            }
        }

        return true;
    }
}
