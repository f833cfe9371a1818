// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;

namespace PeerCompute.Benchmarks;

/// <summary>The one door to every figure: <c>-- SUITE [--json]</c>.</summary>
internal static class Program
{
    private static readonly (string Name, Func<IEnumerable<Figure>> Run)[] Suites = [("crypto", CryptoSuite.Run)];

    private static int Main(string[] args)
    {
        var suite = Array.Find(Suites, suite => args.Length > 0 && suite.Name == args[0]);
        if (suite.Run is null)
        {
            Console.Error.WriteLine("suites: " + string.Join(' ', Suites.Select(s => s.Name)));
            return 64;
        }

        foreach (var figure in suite.Run())
        {
            Console.WriteLine(args.Contains("--json")
                ? JsonSerializer.Serialize(figure)
                : string.Create(CultureInfo.InvariantCulture, $"{figure.Name,-44} {figure.Value,14:N0} {figure.Unit}"));
        }

        return 0;
    }
}
