// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json.Nodes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Common;

namespace PeerCompute.Interop.Tests;

/// <summary>Names of blobs as the JavaScript implementation of CIDs makes and reads them.</summary>
[TestFixture]
internal sealed class JsCidTests
{
    [Test]
    public async Task A_blob_of_one_chunk_has_the_name_that_others_give_its_bytes_and_one_of_several_a_name_that_they_read()
    {
        byte[] chunk = [.. Enumerable.Range(0, WireLimits.ChunkBytes + 16).Select(static i => (byte)(i * 7))];
        var one = new BlobRef(default, WireLimits.ChunkBytes, MerkleTree.Root([Hash32.Of(chunk)]), default);
        var two = new BlobRef(default, WireLimits.ChunkBytes + 1, MerkleTree.Root([Hash32.Of(chunk), Hash32.Of(chunk)]), default);
        var said = await RunAsync(new JsonObject { ["bytes"] = Convert.ToBase64String(chunk), ["cid"] = two.Cid.ToString() });
        Assert.That(one.Cid.ToString(), Is.EqualTo((string?)said["made"]));
        Assert.That(((int)said["version"]!, (ulong)said["codec"]!, (int)said["hash"]!), Is.EqualTo((1, Cid.ChunkTree, 0x12)));
        Assert.That((string?)said["digest"], Is.EqualTo(two.Root.ToString()));
        Assert.That(two.Root, Is.EqualTo(Hash32.Of([1, .. Hash32.Of(chunk).ToArray(), .. Hash32.Of(chunk).ToArray()])), "the hash of the top node");
    }

    private static async Task<JsonNode> RunAsync(JsonNode question)
    {
        var folder = Path.Combine(GrpcJs.Root, "tests", "PeerCompute.Interop.Tests", "js");
        var node = Path.Combine(folder, "node_modules", "node", "bin", "node");
        if (!File.Exists(node)) GrpcJs.Missing();
        var start = new ProcessStartInfo(node, ["cid.mjs"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(question.ToJsonString());
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await error);
        return JsonNode.Parse(await output)!;
    }
}
