// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>What a person needs to find out why two engines differ.</summary>
internal static class FuzzReport
{
    public static string Write(FuzzDifference found, FuzzDifference shrunk)
    {
        var bytes = shrunk.Case.Module.Encode();
        var calls = shrunk.Case.Calls.Select(c => $"  {c.Name}({string.Join(", ", c.Type.Params.Zip(c.Arguments, (t, a) => $"{t} 0x{a:x}"))})\n");
        return $"""
            {found.Leg.Name}, seed {found.Case.Seed}: repeat with
              dotnet run -c Release --project tests/PeerCompute.Wasm.Tests -- fuzz --leg {found.Leg.Name} --seed {found.Case.Seed} --count 1
            {found.Text}shrunk to {bytes.Length} bytes:
            {shrunk.Text}calls
            {string.Concat(calls)}hex {Convert.ToHexStringLower(bytes)}
            {Text(bytes)}
            """;
    }

    /// <summary>The module in the text format where wabt is there.</summary>
    private static string Text(byte[] bytes)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, bytes);
            using var process = Process.Start(new ProcessStartInfo("wasm2wat", ["--fold-exprs", file]) { RedirectStandardOutput = true })!;
            return process.StandardOutput.ReadToEnd();
        }
        catch (Win32Exception)
        {
            return "(wabt is missing: it shows the module as text)";
        }
        finally
        {
            File.Delete(file);
        }
    }
}
