// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Protocol;

namespace PeerCompute.Execution.Tests.Protocol;

[TestFixture]
internal sealed class MessagesTest
{
    [Test]
    public void Messages_come_back_as_they_were()
    {
        var open = new OpenMessage
        {
            Module = "/m", Outputs = "/o", Inputs = [("a", "/1"),
                ("b/c", "/2")], MemoryBytes = 1 << 20, Fuel = long.MaxValue, OutputBytes = 9, Seed = ulong.MaxValue, Parent = 77, Filtered = true,
        };
        OpenMessage opened = OpenMessage.Decode(open.Encode());
        var run = new RunMessage { Index = 5, Arguments = ["", "x y"], Environment = ["A=1"], Folder = "3", Outputs = ["o/1", "o/2"] };
        RunMessage ran = RunMessage.Decode(run.Encode());
        var done = new DoneMessage
        {
            End = GuestEnd.Trapped, ExitCode = -1, Detail = "why", Fuel = 1, PeakMemoryBytes = 2, CpuMicros = 5, WrittenBytes = 3,
            OutputRefused = true, MemoryRefused = true,
            Output = [1, 2], Errors = [3], Files = [0, -1, 7], CompileMicros = 4, CodeBytes = 5, Interpreted = 6,
            Trees = [new FolderTree([("a", -1), ("a/b", 3)], ""), FolderTree.Missing, new FolderTree([], ""), new FolderTree(null, "why")],
        };
        DoneMessage ended = DoneMessage.Decode(done.Encode());
        var walls = new WallsMessage { Filter = true, NoSockets = true, NoNetwork = true, NoCapabilities = true };
        Assert.Multiple(() =>
        {
            Assert.That(opened.Inputs, Is.EqualTo(open.Inputs));
            Assert.That(opened with { Inputs = open.Inputs }, Is.EqualTo(open));
            Assert.That(ran.Arguments, Is.EqualTo(run.Arguments));
            Assert.That(ran.Environment, Is.EqualTo(run.Environment));
            Assert.That(ran.Outputs, Is.EqualTo(run.Outputs));
            Assert.That((ran.Index, ran.Folder), Is.EqualTo((run.Index, run.Folder)));
            Assert.That(ended.Files, Is.EqualTo(done.Files));
            Assert.That(ended.Output, Is.EqualTo(done.Output));
            Assert.That(ended.Trees.Select(static tree => tree.Entries), Is.EqualTo(done.Trees.Select(static tree => tree.Entries)));
            Assert.That(ended.Trees.Select(static tree => tree.Refusal), Is.EqualTo(done.Trees.Select(static tree => tree.Refusal)));
            Assert.That(ended with { Files = done.Files, Trees = done.Trees, Output = done.Output, Errors = done.Errors }, Is.EqualTo(done));
            Assert.That(WallsMessage.Decode(walls.Encode()), Is.EqualTo(walls));
        });
    }

    [Test]
    public void A_child_cannot_send_more_than_a_tail()
    {
        var done = new DoneMessage { Output = new byte[DoneMessage.MostTailBytes + 1] };
        Assert.That(() => DoneMessage.Decode(done.Encode()), Throws.TypeOf<WireException>());
    }

    [Test]
    public void A_frame_that_is_too_long_or_empty_is_refused_before_it_is_read()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => Frames.Read(new MemoryStream([0xFF, 0xFF, 0xFF, 0x7F, 2])), Throws.TypeOf<WireException>());
            Assert.That(() => Frames.Read(new MemoryStream([0, 0, 0, 0, 2])), Throws.TypeOf<WireException>());
        });
    }

    [Test]
    public void A_frame_that_is_cut_short_is_the_end()
    {
        var stream = new MemoryStream();
        Frames.Write(stream, FrameKind.Run, [1, 2, 3]);
        byte[] whole = stream.ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(Frames.Read(new MemoryStream(whole))!.Value.Message, Is.EqualTo(new byte[] { 1, 2, 3 }));
            for (int length = 0; length < whole.Length; length++) Assert.That(Frames.Read(new MemoryStream(whole, 0, length)), Is.Null);
        });
    }
}
