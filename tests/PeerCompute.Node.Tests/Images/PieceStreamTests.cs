// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Images;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Tests.Images;

/// <summary>What a part of an image reads as.</summary>
[TestFixture]
internal sealed class PieceStreamTests
{
    [Test]
    public async Task A_piece_that_does_not_open_reads_as_nothing_however_often_it_is_read()
    {
        using var folder = new TempFolder();
        var store = BlobStore.Open(folder["blobs"], 1 << 20, TimeProvider.System);
        using var plain = new MemoryStream(new byte[1000]);
        var blob = await store.PutAsync(plain, new byte[32], WireLimits.BlobBytes);
        using var stream = new PieceStream(store, [blob with { Plain = Hash32.Of([1]) }]);
        var buffer = new byte[100];
        Assert.That((stream.Read(buffer), stream.Read(buffer)), Is.EqualTo((0, 0)));
    }
}
