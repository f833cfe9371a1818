// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>What a module does does not depend on the processor's instructions that the runtime may use.</summary>
[TestFixture]
public sealed class IntrinsicsTests
{
    private const int Modules = 700;

    private static readonly Lazy<string> Here = new(() => FuzzDigest.Of(0, Modules));

    [Test]
    public void WithoutHardwareIntrinsicsEverythingIsTheSame([Values("EnableHWIntrinsic", "EnableAVX")] string off)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(IntrinsicsTests).Assembly.Location, "digest", "0", Modules.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_" + off] = "0", ["DOTNET_TieredCompilation"] = "0" },
        };
        using var child = Process.Start(start)!;
        var said = child.StandardOutput.ReadToEnd().Trim();
        child.WaitForExit();
        Assert.That(said, Is.EqualTo(Here.Value));
    }
}
