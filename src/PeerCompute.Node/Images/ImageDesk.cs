// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Execution.Images;
using PeerCompute.Net.Requests;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Images;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Node.Images;

/// <summary>
/// What becomes of offers whose image is not here: judged by what the owner allows, and fetched where that is so. Nobody is asked anything for the sake of an
/// image that cannot be allowed; for one that a signer may allow, what its holder says of it, and no more.
/// </summary>
/// <param name="store">The images, and what the owner allows.</param>
/// <param name="shares">Gives images away.</param>
/// <param name="fetch">Brings them.</param>
/// <param name="requests">Asks and answers.</param>
/// <param name="time">The clock.</param>
/// <param name="post">Hands events to the machine.</param>
/// <param name="log">Lines for the operator.</param>
internal sealed class ImageDesk(
    ImageStore store, ImageShares shares, ImageFetch fetch, RequestStreams requests, TimeProvider time, Func<NodeEvent, CancellationToken, ValueTask> post,
    Action<string> log)
{
    /// <summary>Images fetched at a time; offers that need a further one are declined as busy, and come again.</summary>
    private const int ComingMost = 4;

    /// <summary>Offers whose images are looked at at a time: further ones come again by themselves.</summary>
    private const int LooksMost = 64;

    /// <summary>Holders known of an image that is on its way; further ones are not remembered.</summary>
    private const int HoldersMost = 16;

    /// <summary>How often the same image is brought before its owner.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Contact>> _coming = [];
    private readonly Dictionary<string, DateTimeOffset> _asked = [];
    private readonly HashSet<SeekImage> _looks = [];

    /// <summary>Answers peers from now on.</summary>
    public void Serve() => requests.Serve(Protocols.Image, ImageQuery.MaxBytes, (from, bytes, _) =>
    {
        var digest = ImageQuery.Decode(bytes).Digest;
        return ValueTask.FromResult<ReadOnlyMemory<byte>?>(shares.Answer(digest, from).Encode());
    });

    /// <summary>Looks at an image that an offer needs.</summary>
    /// <param name="seek">Which, and who has it.</param>
    /// <param name="stop">Ends the work; what came is kept.</param>
    public async Task SeekAsync(SeekImage seek, CancellationToken stop)
    {
        lock (_gate)
        {
            if (_coming.TryGetValue(seek.Image, out var holders)) Know(holders, [new Contact(seek.From, [])]);
            if (holders is not null || _looks.Count >= LooksMost || !_looks.Add(seek)) return;
        }

        try
        {
            if (await LookAsync(seek, stop).ConfigureAwait(false) is { } no) await post(no, stop).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate) _looks.Remove(seek);
        }
    }

    /// <summary>Judges an image and fetches it.</summary>
    /// <returns>Why it is not to be had; null where it is here, or may be later.</returns>
    private async Task<ImageDenied?> LookAsync(SeekImage seek, CancellationToken stop)
    {
        var policy = store.Policy();
        if (store.List().FirstOrDefault(image => image.Digest == seek.Image) is { } here)
        {
            if (policy.Judge(here) == ImageAnswer.Ask) AskOwner(seek);
            return null;
        }

        ImageParcel? parcel = null;
        var answer = policy.Judge(seek.Image, []);
        var bySigner = answer != ImageAnswer.Allowed && !policy.Signers.IsEmpty && !policy.Refused.Contains(seek.Image);
        if ((bySigner || answer == ImageAnswer.Allowed) && fetch.Shuns(seek.From) is { } shunned) return No(seek, shunned.Reason, shunned.Detail);
        if (bySigner)
        {
            parcel = await AskAsync(seek, stop).ConfigureAwait(false);
            if (parcel is null) return null; // the offer comes again, and with it the next question
            answer = policy.Judge(seek.Image, ImageStore.Good(parcel, DigestOf(seek)).Select(static word => SignedImage.Decode(word).Envelope.Signer));
        }

        if (answer == ImageAnswer.Ask)
        {
            AskOwner(seek);
            return No(seek, DeclineReason.Busy, $"its owner is asked whether image {seek.Image} may run");
        }

        if (answer == ImageAnswer.Refused) return No(seek, DeclineReason.Policy, $"its owner has not allowed image {seek.Image}");
        parcel ??= await AskAsync(seek, stop).ConfigureAwait(false);
        if (parcel is null) return null;
        if (parcel.Parts.IsEmpty || parcel.Parts[0].Digest != DigestOf(seek))
            return No(seek, DeclineReason.Semantics, $"it does not have image {seek.Image}, and who offers the job does not give it");
        return await BringAsync(seek, parcel, stop).ConfigureAwait(false);
    }

    private async Task<ImageDenied?> BringAsync(SeekImage seek, ImageParcel parcel, CancellationToken stop)
    {
        var holders = new List<Contact>();
        lock (_gate)
        {
            if (_coming.ContainsKey(seek.Image)) return null;
            if (_coming.Count >= ComingMost) return No(seek, DeclineReason.Busy, $"it fetches {ComingMost} other images at the moment");
            Know(holders, [new Contact(seek.From, []), .. parcel.Holders]);
            _coming[seek.Image] = holders;
        }

        try
        {
            log($"image {seek.Image} of {parcel.PackedBytes >> 20} MiB is fetched for a job of {seek.From.Short()}.");
            var image = await fetch.RunAsync(seek.From, parcel, Known, stop).ConfigureAwait(false);
            log($"image {seek.Image} is here, as {image.Name}.");
            return null;
        }
        catch (PeerComputeException e)
        {
            log($"image {seek.Image} did not come: {e.Message}");
            var why = $"image {seek.Image} did not come: {Printable.Line(e.Message)}";
            return e.Code switch
            {
                ErrorCode.LimitExceeded or ErrorCode.Host => No(seek, DeclineReason.Limits, why),
                ErrorCode.BadInput or ErrorCode.NotAuthentic => No(seek, DeclineReason.Semantics, why),
                _ => null, // the offer comes again, and with it the next try
            };
        }
        finally
        {
            lock (_gate) _coming.Remove(seek.Image);
        }

        IReadOnlyList<Contact> Known()
        {
            lock (_gate) return [.. holders];
        }
    }

    /// <summary>What a holder says of an image; an empty parcel where it does not serve it, or gives what is none. Null: no answer, this time.</summary>
    private async Task<ImageParcel?> AskAsync(SeekImage seek, CancellationToken stop)
    {
        try
        {
            var query = new ImageQuery(DigestOf(seek)).Encode();
            return ImageParcel.Decode(
                await requests.AskAsync(seek.From, [], Protocols.Image, query, ImageParcel.MaxBytes, true, AskTimeout, stop).ConfigureAwait(false));
        }
        catch (PeerComputeException e)
        {
            log($"{seek.From.Short()} does not say what image {seek.Image} consists of: {e.Message}");
            return null;
        }
        catch (WireException e)
        {
            log($"{seek.From.Short()} says of image {seek.Image} what cannot be: {e.Message}");
            return ImageParcel.None;
        }
    }

    private void AskOwner(SeekImage seek)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (_asked.TryGetValue(seek.Image, out var at) && now < at + AskAgain) return;
            if (_asked.Count >= PendingImage.Most) _asked.Clear();
            _asked[seek.Image] = now;
        }

        try
        {
            store.Note(new PendingImage(seek.Image, seek.From.ToString(), now));
        }
        catch (PeerComputeException e)
        {
            log($"image {seek.Image} waits for your word, and is not on the list: {e.Message}");
        }
    }

    private static void Know(List<Contact> holders, ImmutableArray<Contact> others)
    {
        foreach (var other in others)
        {
            if (holders.Count < HoldersMost && !holders.Exists(known => known.Peer == other.Peer)) holders.Add(other);
        }
    }

    private static Hash32 DigestOf(SeekImage seek) => Hash32.Parse(seek.Image[ImageDigest.Prefix.Length..]);

    private static ImageDenied No(SeekImage seek, DeclineReason reason, string detail) => new(seek.OfferId, seek.From, reason, detail);
}
