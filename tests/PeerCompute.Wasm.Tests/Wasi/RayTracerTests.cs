// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Tests.Wasi;

/// <summary>The sample that the demo runs.</summary>
[TestFixture]
public sealed class RayTracerTests
{
    private const int Tiles = 24;

    [Test]
    public void ThePictureTakesAtMostFifteenHundredMillionUnitsOfFuel()
    {
        var folder = SampleFolder.Of("raytrace");
        var module = WasmModule.Parse(File.ReadAllBytes(Path.Combine(folder, "raytrace.wasm")), WasmLimits.Default);
        var scene = File.ReadAllBytes(Path.Combine(folder, "scene.txt"));
        long fuel = 0;
        for (var tile = 0; tile < Tiles; tile++)
        {
            var files = new MemoryGuestFiles(1 << 20);
            files.Put("scene.txt", scene, true);
            var exit = WasiProgram.Run(module, new WasiOptions
            {
                Args = ["raytrace", "scene.txt", "tile.ppm", "--tile", tile.ToString(CultureInfo.InvariantCulture), "--of", "24"],
                Files = files,
                MaxPages = 1_024,
                FuelLimit = 400_000_000,
            });
            Assert.That(exit.ExitCode, Is.Zero, $"tile {tile}: {exit}");
            Assert.That(files.TryGet("tile.ppm", out var picture), Is.True);
            Assert.That(picture.Length, Is.EqualTo("P6\n640 15\n255\n".Length + (640 * 15 * 3)));
            fuel += exit.FuelUsed;
        }

        TestContext.Out.WriteLine($"{fuel} units of fuel");
        Assert.That(fuel, Is.LessThanOrEqualTo(1_500_000_000));
    }
}
