// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Images;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Wire.Tests;

/// <summary>Random but valid records, the same for the same seed.</summary>
internal sealed class Samples(ulong seed)
{
    private readonly Choices _choices = new(seed);

    public ulong Number(ulong least, ulong most) => most == ulong.MaxValue && least == 0 ? _choices.Next() : least + (_choices.Next() % (most - least + 1));

    public uint Small(uint least, uint most) => (uint)Number(least, most);

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++) bytes[i] = (byte)_choices.Next();
        return bytes;
    }

    public Hash32 Hash() => new(Bytes(32));

    public KeyPair Key() => KeyPair.FromSeed(Bytes(32));

    public PeerId Peer() => Key().PeerId;

    public string Text(int most = 24)
    {
        const string alphabet = "abc XYZ-._09äß→√中";
        var text = new StringBuilder();
        for (var i = Number(0, (ulong)most); i > 0; i--) text.Append(alphabet[(int)Number(0, (ulong)alphabet.Length - 1)]);
        return text.ToString();
    }

    public Incarnation Incarnation() => new(Number(1, 1000), _choices.Next());

    public Header Header(Hash32 context, ulong sequence) => new(Incarnation(), sequence, context, Rules.Hash, Number(1, 1UL << 45));

    public TaskLimits Limits() =>
        new(Number(1 << 16, WireLimits.MemoryBytes), Number(1, WireLimits.Fuel), Number(1, WireLimits.WallMs), Number(1, WireLimits.OutputBytes));

    public PlacementTerms Placement() => new(Small(1, WireLimits.TasksPerLease), Small(1, 1024), Text()) { RetainMs = Number(0, PlacementTerms.RetainMsMost) };

    public BlobRef Blob(bool withKey) => new(Hash(), Number(0, WireLimits.BlobBytes), Hash(), withKey ? Bytes(32) : ReadOnlyMemory<byte>.Empty);

    /// <summary>Three parts, the last one of two pieces.</summary>
    public ImageParcel Parcel(SignedImage word, PeerId holder)
    {
        var whole = Enumerable.Range(0, 2).Select(_ => Blob(withKey: false) with { Size = Number(1, ImageParcel.DocumentMost) })
            .Select(static blob => new ImagePart(blob.Plain, [blob], 0));
        var cut = new ImagePart(Hash(), [Blob(withKey: false) with { Size = WireLimits.BlobBytes }, Blob(withKey: false)], Number(1, ImagePart.UnpackedMost));
        return new ImageParcel([.. whole, cut], [word], [new Contact(holder, [Address()])]);
    }

    public SignedToken Token(KeyPair issuer, PeerId holder)
    {
        var (job, lease) = (Hash(), Hash());
        var header = Header(BlobToken.ContextOf(job, lease, BlobScope.Outputs, holder), 0);
        return SignedToken.Sign(issuer, new BlobToken(header, job, lease, BlobScope.Outputs, holder, Number(1, 1UL << 45)));
    }

    public JobSpec Spec(uint tasks, bool withKeys) => new()
    {
        Name = Text(),
        Module = Blob(withKeys),
        Args = [.. Texts("arg")],
        Env = [.. Texts("NAME=")],
        Inputs = [.. Texts("in").Select(name => new NamedBlob(name, Blob(withKeys)))],
        Outputs = [.. Texts("out")],
        Limits = Limits(),
        Tasks = tasks,
        Salt = Hash(),
    };

    /// <summary>A spec of a native program.</summary>
    public JobSpec NativeSpec(uint tasks) => Spec(tasks, withKeys: true) with
    {
        Module = null,
        Native = Native(),
        Outputs = ["frame.png", "log"],
        Forms = [new("frame.png", OutputForm.Png), new("log", OutputForm.Lines)],
        Comparators =
        [
            new("", Comparator.Numbers) { Absolute = "1e-9", Relative = "0.001" }, new("frame.png", Comparator.Psnr) { Least = 455 },
            new("log", Comparator.Lines),
        ],
        Isolation = "native-strict",
        Limits = NativeLimits(),
    };

    /// <summary>Semantics of a native program: in an image, or in a host runtime.</summary>
    public NativeSemantics Native()
        => NativeSemantics.Of(Small(0, 1) == 0 ? "x64" : "arm64", Small(0, 1) == 0 ? "sha256:" + Hash() : $"debian-{Small(1, 99)}@1:{Small(1, 99)}.5+b~1")!;

    /// <summary>Limits of a native program.</summary>
    public TaskLimits NativeLimits() => Limits() with
    {
        Fuel = 0,
        WorkBytes = Number(TaskLimits.WorkBytesLeast, WireLimits.MemoryBytes),
        Processes = Small(1, TaskLimits.ProcessesMost),
        Cores = Small(1, TaskLimits.CoresMost),
    };

    public Offer Offer(KeyPair issuer) => new()
    {
        Header = Header(Hash(), 0),
        Issuer = issuer.PeerId,
        Steward = Peer(),
        SpecHash = Hash(),
        Class = Text(),
        Semantics = Text(),
        Tasks = Small(1, WireLimits.TasksPerJob),
        Limits = Limits(),
        ModuleBytes = Number(1, WireLimits.BlobBytes),
        InputBytes = Number(0, WireLimits.BlobBytes),
        DeadlineMs = Number(1, long.MaxValue),
        BidEndMs = Number(1, long.MaxValue),
        PriceCeilingMicro = Number(0, WireLimits.PriceMicro),
        Verification = Terms(),
        Price = new PriceTerms(Text(), 0),
        Placement = Placement(),
        SealingKey = Key().SealingKey,
        ReachStartPpm = Small(1, 1_000_000),
        ReachDoubleMs = Small(1, uint.MaxValue),
        Via = [new Contact(Peer(), [Address()]), new Contact(Peer(), [])],
    };

    public Bid Bid(KeyPair worker, Hash32 offerId) => new(
        Header(offerId, 0),
        offerId,
        worker.PeerId,
        Number(0, WireLimits.PriceMicro),
        Small(1, 1024),
        Number(1, long.MaxValue),
        worker.SealingKey,
        Text(),
        Text(),
        [Address(), Address()]);

    /// <summary>Terms by the issuer, or by replicas.</summary>
    public VerificationTerms Terms() => Small(0, 1) == 0 ? VerificationTerms.Issuer : VerificationTerms.Of(Small(2, 5));

    public Multiaddr Address() => Multiaddr.FromTcp(new System.Net.IPAddress((long)Number(1, uint.MaxValue)), (int)Small(1, 65535));

    /// <summary>A pool that a lease under its terms may have.</summary>
    public Pool Pool(VerificationTerms terms, PeerId worker)
        => terms.By == ConfirmedBy.Issuer ? Wire.Leases.Pool.Empty : Wire.Leases.Pool.Of([worker, Peer(), Peer(), Peer(), Peer(), Peer(), Peer()]);

    public SignedEnvelope Signed(KeyPair signer, ReadOnlySpan<byte> type, byte[] payload) => SignedEnvelope.Seal(signer, Domains.Signature, type, payload);

    public Lease Lease(PeerId issuer, PeerId worker) => Lease(issuer, worker, Wire.Leases.Pool.Empty);

    /// <summary>An award of a lease under any terms, in any slot.</summary>
    public Award Award(PeerId issuer, PeerId worker)
    {
        var terms = Terms();
        var pool = Pool(terms, worker);
        var lease = Lease(issuer, worker, pool) with { Verification = terms };
        if (terms.By == ConfirmedBy.Replicas && Small(0, 1) == 1)
            lease = lease with { Slot = Small(1, WireLimits.LeasesPerRange - 1), DrawnFrom = Hash(), DrawnPlace = Small(0, 5) };
        return new Award(lease, Bytes(200), pool);
    }

    private Lease Lease(PeerId issuer, PeerId worker, Pool pool)
    {
        var (offer, bid, award) = (Hash(), Hash(), Small(0, 100));
        var start = Number(1, 1UL << 45);
        return new Lease
        {
            Id = Wire.Leases.Lease.IdOf(offer, bid, award),
            JobId = Hash(),
            OfferId = offer,
            BidHash = bid,
            AwardNumber = award,
            Issuer = issuer,
            Steward = issuer,
            Worker = worker,
            FirstTask = Small(0, 1000),
            TaskCount = Small(1, WireLimits.TasksPerLease),
            Slot = 0,
            PoolRoot = pool.Root,
            NonceHash = Hash(),
            Semantics = Text(),
            Verification = VerificationTerms.Issuer,
            Price = new PriceTerms(Text(), Number(0, WireLimits.PriceMicro)),
            Placement = Placement(),
            StartByMs = start,
            ResultByMs = start + Number(0, 1000),
            ConfirmByMs = start + Number(1000, 2000),
            SpecHash = Hash(),
            Limits = Limits(),
            SealingKey = Key().SealingKey,
        };
    }

    public TaskLeaf Leaf(uint task) =>
        new(task, Hash(), Hash(), Hash(), Number(0, WireLimits.BlobBytes), Number(0, WireLimits.Fuel), Number(0, WireLimits.WallMs))
        {
            CpuMs = Number(0, WireLimits.CpuMs),
            PeakMemoryBytes = Number(0, WireLimits.PeakMemoryBytes),
        };

    /// <summary>One body of every kind.</summary>
    public ImmutableArray<EntryBody> Bodies(PeerId issuer, PeerId worker) =>
    [
        Award(issuer, worker),
        new Accept(),
        new Started(),
        new Commit(Hash(), Small(1, WireLimits.TasksPerLease)),
        new Reveal(Hash()),
        new Opening(Hash(), [Leaf(0), Leaf(1), Leaf(99_999)], Bytes(96)),
        new Verdict(Hash(), issuer,
            [new(0, VerdictOutcome.Accepted, Hash()), new(1, VerdictOutcome.Rejected, Hash()), new(2, VerdictOutcome.Unavailable, default)]),
        new Close(Small(0, WireLimits.TasksPerLease), Number(0, WireLimits.PriceMicro)),
        new Settled(Number(0, WireLimits.PriceMicro)),
        new Fail((FailKind)Small(1, 5), Small(0, 1000), Text()),
        new Cancel((CancelReason)Small(1, 4), Text()),
    ];

    public Entry Entry(EntryBody body) => new(Header(body is Award award ? award.Lease.Id : Hash(), Number(0, 15)), Hash(), Hash(), body);

    /// <summary>All that a record holds, as text: equal texts, equal records.</summary>
    public static string Describe(object? value)
    {
        switch (value)
        {
            case null: return "null";
            case string text: return '"' + text + '"';
            case ReadOnlyMemory<byte> bytes: return Convert.ToHexString(bytes.Span);
            case Hash32 or PeerId or Enum: return value.ToString()!;
            case IFormattable number when value.GetType().IsPrimitive: return number.ToString(null, CultureInfo.InvariantCulture);
            case bool yes: return yes ? "yes" : "no";
            case IEnumerable items: return "[" + string.Join(", ", items.Cast<object?>().Select(Describe)) + "]";
        }

        var fields = value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0 && p.CanRead);
        return value.GetType().Name + "{" + string.Join(", ", fields.Select(p => p.Name + "=" + Describe(p.GetValue(value)))) + "}";
    }

    private IEnumerable<string> Texts(string prefix)
    {
        var count = Number(0, 3);
        for (ulong i = 0; i < count; i++) yield return string.Create(CultureInfo.InvariantCulture, $"{prefix}{i}{Text(4)}");
    }
}
