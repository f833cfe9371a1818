// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Escapes;
using PeerCompute.Execution.Guests;
using PeerCompute.Execution.Protocol;
using PeerCompute.Wasm;

namespace PeerCompute.Execution.Sandbox;

/// <summary>The hidden verb: what this executable does when it is the sandboxed child of a node. It speaks frames on descriptors 0 and 1.</summary>
public static class SandboxChild
{
    private const long TrialFileBytes = 1 << 20;
    private const long FileSlackBytes = 1 << 20;

    /// <summary>Serves one lease, then ends. Call it first thing in Main: every child starts through it.</summary>
    /// <param name="args">The arguments after the verb.</param>
    /// <returns>Exit code: 0 when the node closed the connection, 71 when a wall could not be built, 64 on other arguments.</returns>
    public static int Run(ReadOnlySpan<string> args)
    {
        if (args is not ([] or [SandboxProbe.Trial] or [EscapeProbe.Argument, EscapeProbe.Walled or EscapeProbe.Open, _, ..])) return 64;
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        try
        {
            if (args is []) return Serve(input, output);
            if (args is [SandboxProbe.Trial])
            {
                bool filtered = Lockdown.Apply(TrialFileBytes, parent: 0);
                Frames.Write(output, FrameKind.Walls, OnNewThread(() => WallTrial.Run(filtered)).Encode());
            }
            else if (args is [_, var walls, var node, .. var rest] && int.TryParse(node, CultureInfo.InvariantCulture, out int id))
            {
                bool filtered = walls == EscapeProbe.Walled && Lockdown.Apply(TrialFileBytes, parent: 0);
                string[] files = rest.ToArray();
                Frames.Write(output, FrameKind.Escapes, OnNewThread(() => BrokenEngine.Run(filtered, id, files)).Encode());
            }
            else
            {
                return 64;
            }

            return 0;
        }
        catch (WireException broken)
        {
            Console.Error.WriteLine($"the node's frame breaks the format: {broken.Message}");
            return 64;
        }
        catch (InvalidOperationException refused)
        {
            Console.Error.WriteLine(refused.Message);
            return 71;
        }
    }

    // The runtime makes threads at any time, and a filter under which it cannot is no wall but a crash.
    private static T OnNewThread<T>(Func<T> work)
    {
        T? result = default;
        var thread = new Thread(() => result = work());
        thread.Start();
        thread.Join();
        return result!;
    }

    private static int Serve(Stream input, Stream output)
    {
        if (Frames.Read(input) is not (FrameKind.Open, { } first)) return 64;
        OpenMessage open = OpenMessage.Decode(first);
        bool filtered = Lockdown.Apply(open.OutputBytes > long.MaxValue - FileSlackBytes ? long.MaxValue : open.OutputBytes + FileSlackBytes, open.Parent);
        if (open.Filtered && !filtered) throw new InvalidOperationException("sandbox: filter of system calls refused, but not when it was tried");
        GuestRunner runner;
        try
        {
            runner = new GuestRunner(open, Load(open.Module));
        }
        catch (WasmInvalidException refused)
        {
            Frames.Write(output, FrameKind.Refused, Encoding.UTF8.GetBytes(refused.Message));
            return 0;
        }

        Frames.Write(output, FrameKind.Ready, []);
        while (Frames.Read(input) is (FrameKind.Run, { } task))
        {
            DoneMessage done = runner.Run(RunMessage.Decode(task), fuel => Frames.Write(output, FrameKind.Progress, BitConverter.GetBytes(fuel)));
            Frames.Write(output, FrameKind.Done, done.Encode());
        }

        return 0;
    }

    private static WasmModule Load(string path)
    {
        // A length beyond the limit is refused by its first surplus byte.
        WasmLimits limits = WasmLimits.Default;
        using FileStream file = File.OpenRead(path);
        byte[] bytes = new byte[(int)Math.Min(file.Length, limits.ModuleBytes + 1L)];
        file.ReadExactly(bytes);
        return WasmModule.Parse(bytes, limits);
    }
}
