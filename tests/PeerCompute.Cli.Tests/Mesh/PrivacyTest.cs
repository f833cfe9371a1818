// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Cli.Tests.Durability;
using PeerCompute.Client.Jobs;
using PeerCompute.Core.Journal;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>
/// A stranger that is connected with every node, in the mesh of offers, asked for its advert and offered the job, learns nothing of what the job is.
/// </summary>
[NonParallelizable]
[Category("Slow")]
[CancelAfter(180_000)]
public sealed class PrivacyTest
{
    private const string Name = "ledger-of-patients";
    private const string Argument = "--ward=seventeen";
    private const string Variable = "CASE_NUMBER";
    private const string File = "bloodwork.csv";
    private const string Output = "diagnosis.txt";
    private const string Content = "Meyer;42;positive\n";

    private Network _network = null!;

    [SetUp]
    public void Make() => _network = new Network();

    [TearDown]
    public async Task Clear() => await _network.DisposeAsync();

    [Test]
    public async Task A_stranger_sees_no_name_argument_file_or_hash_of_a_job_in_any_byte()
    {
        var bootstrap = await _network.BootstrapAsync("b");
        DaemonProcess[] nodes = [bootstrap, await _network.AddAsync("w0"), await _network.AddAsync("w1"), await _network.AddAsync("w2")];
        var client = await _network.LightAsync("c");
        await using var stranger = await HostilePeer.StartAsync(_network.Id);
        var asks = 0;
        stranger.Advert = () =>
        {
            Interlocked.Increment(ref asks);
            return Adverts.Of(stranger.Key, _network.Id, stranger.Self);
        };
        foreach (var node in nodes)
        {
            await stranger.ConnectAsync(_network.AddressOf(node));
            Assert.That(await stranger.JoinOffersAsync(PeerId.Parse(node.PeerId)), Is.True);
            await stranger.ProvideAsync(PeerId.Parse(node.PeerId));
        }

        await Network.MeetsAsync(bootstrap, 5, "before the job");
        var module = await System.IO.File.ReadAllBytesAsync(Path.Combine(Pair.Root(), "docs", "samples", "misc", "noop.wasm"));
        var id = await Network.SubmitAsync(client, Job());
        await _network.AcceptedAsync(client, id, "the private job");
        await client.KillAsync();

        var entries = JournalAudit.Read(client.Home).ToList();
        var spec = entries.OfType<JobAdded>().Single().Job.Spec;
        var secrets = new Dictionary<string, byte[]>
        {
            ["name"] = Encoding.UTF8.GetBytes(Name),
            ["argument"] = Encoding.UTF8.GetBytes(Argument),
            ["variable"] = Encoding.UTF8.GetBytes(Variable),
            ["input's name"] = Encoding.UTF8.GetBytes(File),
            ["output's name"] = Encoding.UTF8.GetBytes(Output),
            ["input"] = Encoding.UTF8.GetBytes(Content.TrimEnd()),
            ["module"] = module.AsSpan(0, 64).ToArray(),
            ["salt"] = spec.Salt.ToArray(),
        };
        foreach (var (what, blob) in spec.Inputs.Select(static i => ("input", i.Blob)).Append(("module", spec.Module!)))
        {
            (secrets[$"{what}'s hash"], secrets[$"{what}'s root"], secrets[$"{what}'s key"]) = (blob.Plain.ToArray(), blob.Root.ToArray(), blob.Key.ToArray());
        }

        Assert.That(stranger.Heard(id.ToArray()), Is.True, "it heard the offer");
        Assert.That(asks, Is.GreaterThan(0), "the client found it and asked for its advert");
        HeardNone(stranger, secrets);

        // An answer in the DHT repeats the key that was asked for: what the stranger guessed is no news to it.
        string[] guessed = ["input's hash", "input's root", "module's hash", "module's root"];
        await AskAboutAsync(stranger, nodes, guessed.Select(what => secrets[what]));
        var outputs = entries.OfType<EntryKept>().Select(static kept => kept.Kept.Entry.Body).OfType<Opening>()
            .SelectMany(static opening => opening.Leaves).Select(static leaf => leaf.CipherRoot.ToArray()).ToList();
        Assert.That(outputs, Is.Not.Empty);
        await RefusedAsync(stranger, nodes, outputs);
        NothingOnDisk(nodes);
        foreach (var what in guessed) secrets.Remove(what);
        HeardNone(stranger, secrets);
        TestContext.Out.WriteLine($"{stranger.HeardBytes} bytes came, {secrets.Count + guessed.Length} secrets were looked for");
    }

    private static void HeardNone(HostilePeer stranger, Dictionary<string, byte[]> secrets)
    {
        foreach (var (what, bytes) in secrets)
        {
            Assert.That(stranger.Heard(bytes), Is.False, what);
            Assert.That(stranger.Heard(Encoding.ASCII.GetBytes(Convert.ToHexString(bytes))), Is.False, $"{what}, in hex");
            Assert.That(stranger.Heard(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes))), Is.False, $"{what}, in small hex");
        }
    }

    private JobFile Job()
    {
        System.IO.File.WriteAllText(Path.Combine(_network.Folder, File), Content);
        var yaml = $$"""
            name: {{Name}}
            module: {{Path.Combine(Pair.Root(), "docs", "samples", "misc", "noop.wasm")}}
            args: ["{{Argument}}"]
            env: {{{Variable}}: "0815"}
            inputs: [{{File}}]
            tasks: 60
            limits: {memory: 1MiB, fuel: 10M, wall: 60s, output: 1KiB}
            placement: {tasks-per-lease: 2, parallel: 2}
            verification: {by: replicas, replicas: 2}
            deadline: 3m
            """;
        return JobFile.Parse(yaml, "private.yaml", _network.Folder);
    }

    /// <summary>Asks every node in every protocol that answers strangers.</summary>
    private static async Task AskAboutAsync(HostilePeer stranger, DaemonProcess[] nodes, IEnumerable<byte[]> digests)
    {
        await RefusedAsync(stranger, nodes, digests);
        foreach (var (node, digest) in nodes.SelectMany(node => digests, static (node, digest) => (PeerId.Parse(node.PeerId), digest)))
        {
            byte[] key = [0x12, 0x20, .. digest];
            var providers = await stranger.AskKadAsync(node, new KadMessage(KadType.GetProviders, key));
            Assert.That(providers?.ProviderPeers, Is.Empty);
            await stranger.AskKadAsync(node, new KadMessage(KadType.GetValue, key));
            await stranger.AskKadAsync(node, new KadMessage(KadType.FindNode, key));
            await stranger.AskAsync(node, Protocols.Advert, HostilePeer.Framed(new AdvertQuery(default).Frame()));
        }
    }

    /// <summary>No node gives a blob of the job, not those that worked on it either.</summary>
    private static async Task RefusedAsync(HostilePeer stranger, DaemonProcess[] nodes, IEnumerable<byte[]> roots)
    {
        foreach (var (node, root) in nodes.SelectMany(node => roots, static (node, root) => (PeerId.Parse(node.PeerId), new Hash32(root))))
        {
            var blob = await stranger.AskAsync(node, Protocols.Blob, HostilePeer.Framed(new BlobRequest(root, 0, 1, true, default).Encode()));
            Assert.That(blob, Is.EqualTo(HostilePeer.Framed(BlobAnswer.No(BlobRefusal.NoToken).Encode())));
        }
    }

    /// <summary>No file of another node's home shows what the job was, not those of its workers either.</summary>
    private static void NothingOnDisk(DaemonProcess[] nodes)
    {
        var module = System.IO.File.ReadAllBytes(Path.Combine(Pair.Root(), "docs", "samples", "misc", "noop.wasm"));
        byte[][] plain = [.. new[] { Name, Argument, File, Output, Content.TrimEnd() }.Select(Encoding.UTF8.GetBytes), module];
        foreach (var file in nodes.SelectMany(static node => Directory.GetFiles(node.Home, "*", SearchOption.AllDirectories)))
        {
            // The socket holds nothing, and the lock is the node's alone.
            if (Path.GetFileName(file) is "api.sock" or "lock") continue;
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            open.CopyTo(bytes);
            foreach (var text in plain)
                Assert.That(bytes.GetBuffer().AsSpan(0, (int)bytes.Length).IndexOf(text), Is.EqualTo(-1), $"{file}: {Encoding.UTF8.GetString(text)}");
        }
    }
}
