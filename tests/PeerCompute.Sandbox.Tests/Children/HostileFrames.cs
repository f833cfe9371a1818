// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Protocol;

namespace PeerCompute.Sandbox.Tests.Children;

/// <summary>A child that attacks the node by what it says, or does not say, on its control socket.</summary>
internal static class HostileFrames
{
    private const int Never = Timeout.Infinite;
    private const long Sane = 12345;

    /// <summary>Ready, before any task: what follows is said at the start.</summary>
    private static readonly Dictionary<string, Action<FileStream>> AtStart = new(StringComparer.Ordinal)
    {
        ["garbage"] = output => output.Write("\u001b]0;owned\a{\"json\":true}\r\nGET / HTTP/1.1\r\n"u8),
        ["huge"] = output => output.Write([0xff, 0xff, 0xff, 0x7f, (byte)FrameKind.Ready]),
        ["empty"] = output => output.Write([0, 0, 0, 0, 0]),
        ["mute"] = _ => Thread.Sleep(Never),
        ["half"] = output =>
        {
            output.Write([100, 0, 0]);
            Thread.Sleep(Never);
        },
        ["refusal"] = output => Frames.Write(output, FrameKind.Refused, Repeat("\u001b]0;owned\a\n", 200_000)),
        ["unknown"] = output => Frames.Write(output, (FrameKind)200, []),
        ["early-done"] = output => Frames.Write(output, FrameKind.Done, new DoneMessage().Encode()),
    };

    private static readonly Dictionary<string, Action<FileStream>> AtTask = new(StringComparer.Ordinal)
    {
        ["task-garbage"] = output => output.Write("garbage garbage garbage"u8),
        ["task-mute"] = _ => Thread.Sleep(Never),
        ["task-half"] = output =>
        {
            output.Write([100, 0, 0, 0, (byte)FrameKind.Done, 1, 2, 3]);
            Thread.Sleep(Never);
        },
        ["task-flood"] = output =>
        {
            while (true) Frames.Write(output, FrameKind.Progress, BitConverter.GetBytes(Sane));
        },
        ["task-errors"] = _ =>
        {
            using var errors = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(2, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            byte[] block = Repeat("\u001b[2J", 65536);
            while (true) errors.Write(block);
        },
        ["task-progress"] = output =>
        {
            foreach (long fuel in (long[])[long.MaxValue, long.MinValue, -1]) Frames.Write(output, FrameKind.Progress, BitConverter.GetBytes(fuel));
            Frames.Write(output, FrameKind.Progress, new byte[200_000]);
            Frames.Write(output, FrameKind.Done, new DoneMessage().Encode());
        },
        ["task-malformed"] = output => Frames.Write(output, FrameKind.Done, [0xff, 0xff, 0xff]),
        ["task-numbers"] = output => Frames.Write(output, FrameKind.Done, new DoneMessage
        {
            End = (GuestEnd)999, Fuel = long.MinValue, PeakMemoryBytes = long.MinValue, WrittenBytes = -1, Files = [int.MaxValue - 1, -2, 1 << 30],
        }.Encode()),
        ["task-text"] = output => Frames.Write(output, FrameKind.Done, new DoneMessage
        {
            End = GuestEnd.Trapped, Detail = "\u001b]0;owned\a\u009b2J\u202e", Output = Repeat("\u001b[2J\r\b", 30_000), Errors = Repeat("\u001bP+q", 30_000),
        }.Encode()),
        ["task-replay"] = output =>
        {
            for (int i = 0; i < 20; i++) Frames.Write(output, FrameKind.Done, new DoneMessage().Encode());
        },
    };

    /// <summary>What a child may say at its start.</summary>
    public static IEnumerable<string> StartNames => AtStart.Keys;

    /// <summary>What a child may say when a task is given to it.</summary>
    public static IEnumerable<string> TaskNames => AtTask.Keys.Append("deaf");

    /// <summary>Plays a role.</summary>
    public static int Serve(string role, FileStream input, FileStream output)
    {
        if (AtStart.TryGetValue(role, out Action<FileStream>? start))
        {
            start(output);
            Thread.Sleep(Never);
        }

        Frames.Write(output, FrameKind.Ready, []);
        if (role == "deaf") Thread.Sleep(Never); // reads no task, however long the node tries to say one
        while (Frames.Read(input) is (FrameKind.Run, _)) AtTask[role](output);
        Thread.Sleep(Never); // nor does it end when it is left alone
        return 0;
    }

    private static byte[] Repeat(string text, int bytes) => [.. Enumerable.Repeat(System.Text.Encoding.UTF8.GetBytes(text), (bytes / text.Length) + 1)
        .SelectMany(each => each).Take(bytes)];
}
