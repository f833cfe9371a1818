// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Grpc.Core;
using PeerCompute.Api.Carrier;
using PeerCompute.Api.V1;

namespace PeerCompute.Api.Tests.Carrier;

/// <summary>Length-prefixed messages.</summary>
public sealed class FrameTests
{
    private static readonly Marshaller<Chunk> Chunks = Marshallers.Create<Chunk>(
        (message, context) => context.Complete(message.ToByteArray()), context => Chunk.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    [Test]
    public void The_prefix_is_a_zero_and_the_length() =>
        Assert.That(Frame.Encode(new Chunk { Data = ByteString.CopyFrom(7, 8) }, Chunks).ToArray(), Is.EqualTo(new byte[] { 0, 0, 0, 0, 4, 0x0A, 2, 7, 8 }));

    [Test]
    public async Task Messages_come_back_one_by_one_and_then_the_end()
    {
        var first = Frame.Encode(new Chunk { Data = ByteString.CopyFromUtf8("one") }, Chunks);
        var empty = Frame.Encode(new Chunk(), Chunks);
        using var stream = new MemoryStream([.. first.Span, .. empty.Span]);
        Assert.That((await ReadAsync(stream))!.Data.ToStringUtf8(), Is.EqualTo("one"));
        Assert.That((await ReadAsync(stream))!.Data.IsEmpty, Is.True);
        Assert.That(await ReadAsync(stream), Is.Null);
    }

    [TestCase(new byte[] { 0, 0, 0 }, StatusCode.Internal)]
    [TestCase(new byte[] { 0, 0, 0, 0, 4, 0x0A }, StatusCode.Internal)]
    [TestCase(new byte[] { 0, 0, 0, 0, 2, 0x0A, 5 }, StatusCode.Internal)]
    [TestCase(new byte[] { 1, 0, 0, 0, 0 }, StatusCode.Unimplemented)]
    [TestCase(new byte[] { 0, 0, 0, 1, 1 }, StatusCode.ResourceExhausted)]
    [TestCase(new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF }, StatusCode.ResourceExhausted)]
    public void Broken_input_ends_with_its_status(byte[] bytes, StatusCode status)
    {
        using var stream = new MemoryStream(bytes);
        Assert.That(Assert.ThrowsAsync<RpcException>(async () => await ReadAsync(stream))!.StatusCode, Is.EqualTo(status));
    }

    private static ValueTask<Chunk?> ReadAsync(Stream stream) => Frame.ReadAsync(stream, Chunks, 256, CancellationToken.None);
}
