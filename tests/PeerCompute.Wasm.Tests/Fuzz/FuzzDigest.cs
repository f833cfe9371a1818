// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>One hash over everything that the modules of some seeds do on our engines.</summary>
internal static class FuzzDigest
{
    public static string Of(ulong seed, int count) => FuzzStack.Run(() => OfHere(seed, count));

    private static string OfHere(ulong seed, int count)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (interpreter, compiler) = (new FuzzEngine(WasmEngine.Interpreter), new FuzzEngine(WasmEngine.Compiler));
        var leg = new EngineLeg("digest", interpreter, compiler);
        for (var i = 0; i < count; i++)
        {
            var fuzz = leg.Generate(seed + (ulong)i);
            foreach (var engine in new[] { interpreter, compiler })
            {
                hash.AppendData(Encoding.UTF8.GetBytes(engine.Prepare(fuzz)(FuzzGrant.Of(fuzz)).Everything));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
