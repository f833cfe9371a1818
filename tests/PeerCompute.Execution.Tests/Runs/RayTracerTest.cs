// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PeerCompute.Wasm;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Execution.Tests.Runs;

/// <summary>The sample job of the first screen: what it costs and that it is the same everywhere.</summary>
[TestFixture]
[Category("Slow")]
internal sealed class RayTracerTest
{
    private const int Tiles = 24;
    private const long MostFuel = 2_000_000_000;
    private const string PictureSha256 = "c730a4fd6abdd7971b7e0a2d8242e87b60c417adc62438e085f30e91f4a841a0";

    [Test]
    public async Task Its_24_tiles_take_at_most_2_G_fuel_and_join_to_the_known_picture()
    {
        byte[] scene = await File.ReadAllBytesAsync(Samples.Scene);
        WasmModule module = WasmModule.Parse(await File.ReadAllBytesAsync(Samples.RayTracer), WasmLimits.Default);
        long fuel = 0;
        int width = 0, rows = 0;
        using var pixels = new MemoryStream();
        for (int index = 0; index < Tiles; index++)
        {
            var files = new MemoryGuestFiles(1 << 20);
            files.Put("scene.txt", scene);
            string[] arguments = ["raytrace", "scene.txt", "tile.ppm", "--tile", Text(index), "--of", Text(Tiles)];
            WasiExit exit = WasiProgram.Run(module, new WasiOptions { Args = arguments, Files = files });
            Assert.That((exit.ExitCode, exit.Trap), Is.EqualTo((0, TrapKind.None)));
            Assert.That(files.TryGet("tile.ppm", out ReadOnlyMemory<byte> tile));
            fuel += exit.FuelUsed;
            string[] header = Encoding.ASCII.GetString(tile.Span[..20]).Split('\n');
            int[] size = [.. header[1].Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            Assert.That((header[0], header[2]), Is.EqualTo(("P6", "255")));
            width = size[0];
            rows += size[1];
            pixels.Write(tile.Span[^(3 * size[0] * size[1])..]);
        }

        byte[] picture = [.. Encoding.ASCII.GetBytes($"P6\n{width} {rows}\n255\n"), .. pixels.ToArray()];
        TestContext.Out.WriteLine($"{fuel} fuel for {Tiles} tiles");
        Assert.Multiple(() =>
        {
            Assert.That(fuel, Is.LessThanOrEqualTo(MostFuel));
            Assert.That((width, rows), Is.EqualTo((640, 360)));
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(picture)), Is.EqualTo(PictureSha256));
        });

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
