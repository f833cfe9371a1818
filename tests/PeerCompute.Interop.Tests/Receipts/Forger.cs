// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Trust.Tests.Receipts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Tests;
using V1 = PeerCompute.Wire.V1;

namespace PeerCompute.Interop.Tests.Receipts;

/// <summary>Changes one field of a good receipt and signs it anew; the same forgery for the same numbers.</summary>
/// <param name="scene">Whose keys sign.</param>
/// <param name="file">The good receipt.</param>
internal sealed class Forger(ReceiptScene scene, byte[] file)
{
    private readonly V1.Receipt _good = V1.Receipt.Parser.ParseFrom(SignedEnvelope.Decode(file, WireLimits.ReceiptBytes).Payload.Span);
    private List<Mutation>? _ofReceipt;

    /// <summary>One byte of the receipt changed, signed anew by the client.</summary>
    public byte[] Byte(Samples pick)
    {
        var body = _good.ToByteArray();
        body[pick.Number(0, (ulong)body.Length - 1)] ^= (byte)(1 << (int)pick.Number(0, 7));
        return Sealed(scene.Client, Domains.Receipt, body);
    }

    /// <summary>One field of the receipt itself changed.</summary>
    public (string What, byte[] File) Field(Samples pick)
    {
        var mutation = One(_ofReceipt ??= [.. Mutations.Of(_good)], pick);
        return ($"{mutation.Path} {mutation.How}", Sealed(scene.Client, Domains.Receipt, mutation.Message.ToByteArray()));
    }

    /// <summary>One field of an entry changed, signed anew with all that follow it in its chain.</summary>
    /// <param name="pick">Which lease, entry and field.</param>
    /// <param name="together">The worker signs its entries anew as well; else only the client does, with the worker's last word left out.</param>
    public (string What, byte[] File) Entry(Samples pick, bool together)
    {
        var receipt = _good.Clone();
        var at = (int)pick.Number(0, (ulong)receipt.Lease.Count - 1);
        var lease = receipt.Lease[at];
        if (!together) lease.WorkerChain.RemoveAt(lease.WorkerChain.Count - 1);
        var byIssuer = !together || pick.Number(0, 1) == 0;
        var chain = byIssuer ? lease.IssuerChain : lease.WorkerChain;
        var place = (int)pick.Number(together ? 0UL : 2UL, (ulong)chain.Count - 1);
        var mutation = One([.. Mutations.Of(EntryOf(chain[place]))], pick);
        var worker = scene.Workers.First(w => w.PeerId == PeerId.FromBytes(lease.Worker.Span));
        chain[place] = ByteString.CopyFrom(Sealed(byIssuer ? scene.Client : worker, Domains.Entry, mutation.Message.ToByteArray()));
        Relink(lease, worker, byIssuer, place, together);
        return ($"lease[{at}].{(byIssuer ? "issuer" : "worker")}_chain[{place}].{mutation.Path} {mutation.How}",
            Sealed(scene.Client, Domains.Receipt, receipt.ToByteArray()));
    }

    /// <summary>Signs anew what names a changed entry, until nothing does.</summary>
    private void Relink(V1.ReceiptLease lease, KeyPair worker, bool changedIssuers, int changed, bool together)
    {
        int[][] seen = [[-1, 2, 3, 3], [0, 0, 0, 1, 3]]; // docs/protocol/receipt.md, "How a lease closes"
        var stale = new Queue<(bool Issuers, int Place)>([(changedIssuers, changed)]);
        while (stale.TryDequeue(out var from))
        {
            foreach (var issuers in together ? new[] { true, false } : [true])
            {
                var own = issuers ? lease.IssuerChain : lease.WorkerChain;
                for (var i = 0; i < own.Count; i++)
                {
                    var next = issuers == from.Issuers && i == from.Place + 1;
                    var answers = issuers != from.Issuers && seen[issuers ? 0 : 1][i] == from.Place;
                    if (!next && !answers) continue;
                    var entry = EntryOf(own[i]);
                    var named = ByteString.CopyFrom(Hash32.Of((from.Issuers ? lease.IssuerChain : lease.WorkerChain)[from.Place].Span).ToArray());
                    if (next) entry.Previous = named;
                    else entry.Seen = named;
                    own[i] = ByteString.CopyFrom(Sealed(issuers ? scene.Client : worker, Domains.Entry, entry.ToByteArray()));
                    stale.Enqueue((issuers, i));
                }
            }
        }
    }

    private static Mutation One(List<Mutation> all, Samples pick) => all[(int)pick.Number(0, (ulong)all.Count - 1)];

    private static V1.Entry EntryOf(ByteString envelope)
        => V1.Entry.Parser.ParseFrom(SignedEnvelope.Decode(envelope.Memory, WireLimits.EntryBytes).Payload.Span);

    private static byte[] Sealed(KeyPair signer, ReadOnlySpan<byte> type, byte[] body)
        => SignedEnvelope.Seal(signer, Domains.Signature, type, body).Bytes.ToArray();
}
