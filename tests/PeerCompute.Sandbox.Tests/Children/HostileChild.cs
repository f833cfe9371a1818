// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PeerCompute.Execution.Protocol;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Sandbox.Tests.Children;

/// <summary>
/// The child of a lease whose engine a program has taken over: it starts and builds its walls as <see cref="SandboxChild"/> does, and then does what
/// the "module" of the lease tells it to.
/// </summary>
internal static unsafe class HostileChild
{
    /// <summary>The module that makes each task an attempt, by the library of <c>attempts/</c>.</summary>
    public const string Attempts = "attempts";

    private const int AnswerBytes = 1024;
    private const long FileSlackBytes = 1 << 20; // as SandboxChild

    /// <summary>Serves one lease.</summary>
    public static int Serve()
    {
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (Frames.Read(input) is not (FrameKind.Open, { } first)) return 64;
        OpenMessage open = OpenMessage.Decode(first);
        if (!Lockdown.Apply(open.OutputBytes + FileSlackBytes, open.Parent) && open.Filtered) return 71;
        string role = File.ReadAllText(open.Module);
        if (role != Attempts) return HostileFrames.Serve(role, input, output);

        // Native code in the very process, as an exploit of the engine would have it.
        string library = Path.Combine(AppContext.BaseDirectory, "attempts.so");
        var attempt = (delegate* unmanaged<int, byte**, byte*, nuint, int>)NativeLibrary.GetExport(NativeLibrary.Load(library), "attempt");
        Frames.Write(output, FrameKind.Ready, []);
        while (Frames.Read(input) is (FrameKind.Run, { } task))
        {
            RunMessage run = RunMessage.Decode(task);
            string[] arguments = [.. run.Arguments, "out=" + Path.Combine(open.Outputs, run.Folder), "input=" + open.Inputs[0].Path, "program=" + library];
            Frames.Write(output, FrameKind.Done, new DoneMessage { Output = Make(attempt, arguments), Files = [0] }.Encode());
        }

        return 0;
    }

    private static byte[] Make(delegate* unmanaged<int, byte**, byte*, nuint, int> attempt, string[] arguments)
    {
        byte** argv = stackalloc byte*[arguments.Length];
        for (int i = 0; i < arguments.Length; i++) argv[i] = (byte*)Marshal.StringToCoTaskMemUTF8(arguments[i]);
        byte* answer = stackalloc byte[AnswerBytes];
        _ = attempt(arguments.Length, argv, answer, AnswerBytes);
        return Encoding.UTF8.GetBytes(Marshal.PtrToStringUTF8((nint)answer) ?? "");
    }
}
