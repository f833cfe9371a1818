// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Cli.Demo;

/// <summary>What the viewer asks of the demo.</summary>
/// <param name="Folder">Where everything goes, or null for a new temporary folder.</param>
/// <param name="Seed">Seed of all chance.</param>
/// <param name="Join">Others may join: listen on every interface, and wait for the first.</param>
/// <param name="Scene">The viewer's scene for the picture, or null.</param>
/// <param name="Module">The viewer's program, or null.</param>
internal sealed record DemoOptions(string? Folder, ulong Seed, bool Join, string? Scene, string? Module);
