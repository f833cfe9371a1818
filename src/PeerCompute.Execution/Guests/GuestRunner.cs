// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime;
using PeerCompute.Execution.Protocol;
using PeerCompute.Wasm;
using PeerCompute.Wasm.Wasi;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Guests;

/// <summary>Runs tasks inside the child: the module is loaded once, every task gets an instance, files and a budget of its own.</summary>
/// <param name="open">Files and limits of the lease.</param>
/// <param name="module">The lease's module.</param>
/// <param name="trial">Fuel for which a task is interpreted before it is compiled; <see cref="Trial.Fuel"/> by default.</param>
internal sealed class GuestRunner(OpenMessage open, WasmModule module, Func<WasmModule, long>? trial = null)
{
    private const int PageBytes = 65536;

    /// <summary>Frame units of every task: part of the semantics that leases name (docs/wasm.md section 4).</summary>
    private const int FrameUnits = 1 << 20;

    /// <summary>What the thread itself has taken of its stack when the program starts, and more.</summary>
    private const long ThreadBytes = 256 << 10;

    private static readonly long StackBytes = WasmStack.BytesFor(FrameUnits) + ThreadBytes;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);
    private WasmCode? _code;

    /// <summary>Runs one task to its end.</summary>
    /// <param name="task">The task.</param>
    /// <param name="progress">Hears of the fuel used, at most five times a second.</param>
    public DoneMessage Run(RunMessage task, Action<long> progress)
    {
        // Compiled calls take the thread's stack: so much that the guest's own count of frames ends first.
        DoneMessage? done = null;
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var watch = new WasmProgress();
        var thread = new Thread(() => done = Run(task, watch), (int)StackBytes) { Name = "guest", IsBackground = true };
        thread.Start();
        for (long told = 0; !thread.Join(ProgressInterval);)
        {
            long used = watch.FuelUsed;
            if (used > told) progress(told = used);
        }

        return done! with { CpuMicros = (long)(Environment.CpuUsage.TotalTime - before).TotalMicroseconds };
    }

    private DoneMessage Run(RunMessage task, WasmProgress watch)
    {
        long fuel = Math.Min(open.Fuel, (trial ?? Trial.Fuel)(module));
        return (fuel > 0 ? Run(task, watch, WasmEngine.Interpreter, fuel) : null) ?? Run(task, watch, WasmEngine.Compiler, open.Fuel)!;
    }

    /// <summary>Null where it ran out of fuel short of the lease's: nothing is left of it then.</summary>
    private DoneMessage? Run(RunMessage task, WasmProgress watch, WasmEngine engine, long fuel)
    {
        var budget = new OutputBudget(open.OutputBytes);
        var output = new TailBuffer(DoneMessage.MostTailBytes);
        var errors = new TailBuffer(DoneMessage.MostTailBytes);
        var cancellation = new WasmCancellation();
        try
        {
            (WasmCode code, TimeSpan emitting) = Compile(engine);
            TimeSpan before = JitInfo.GetCompilationTime(currentThread: true);
            using var files = new FolderFiles(Path.Combine(open.Outputs, task.Folder), open.Inputs, budget);
            WasiExit exit = WasiProgram.Run(module, new WasiOptions
            {
                Args = ["program", .. task.Arguments],
                Env = task.Environment,
                Files = files,
                StdoutSink = Sink(output, budget, cancellation),
                StderrSink = Sink(errors, budget, cancellation),
                MaxStreamBytes = long.MaxValue,
                FuelLimit = fuel,
                MaxPages = MaxPages,
                Seed = open.Seed + task.Index,
                Engine = engine,
                StackBytes = StackBytes - ThreadBytes,
                MaxFrameUnits = FrameUnits,
                Watch = watch,
                Cancellation = cancellation,
            });
            if (exit.Trap == TrapKind.FuelExhausted && fuel < open.Fuel)
            {
                files.Discard();
                return null;
            }

            return new DoneMessage
            {
                End = End(exit.Trap),
                ExitCode = exit.Trap == TrapKind.None ? exit.ExitCode : 0,
                Detail = exit.Trap == TrapKind.None ? "" : exit.TrapText,
                Fuel = exit.FuelUsed,
                PeakMemoryBytes = (long)exit.PeakPages * PageBytes,
                WrittenBytes = budget.Used,
                CompileMicros = (long)(emitting + JitInfo.GetCompilationTime(currentThread: true) - before).TotalMicroseconds,
                CodeBytes = code.Bytes,
                Interpreted = code.Interpreted,
                OutputRefused = budget.Refused,
                MemoryRefused = exit.MemoryRefused,
                Output = output.ToArray(),
                Errors = errors.ToArray(),
                Files = [.. task.Outputs.Select(name => FolderNames.IsFolder(name) ? -1 : files.NumberOf(name))],
                Trees = [.. task.Outputs.Where(FolderNames.IsFolder).Select(name => FolderTree.Of(files, FolderNames.Plain(name)))],
            };
        }
        catch (WasmInvalidException refused)
        {
            return new DoneMessage { End = GuestEnd.Refused, Detail = refused.Message };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new DoneMessage { End = GuestEnd.ChildFailed, Detail = fault.Message };
        }
        catch (InsufficientExecutionStackException fault)
        {
            return new DoneMessage { End = GuestEnd.ChildFailed, Detail = fault.Message };
        }
        catch (OutOfMemoryException)
        {
            return new DoneMessage { End = GuestEnd.ChildFailed, Detail = $"this host has no {open.MemoryBytes} bytes of memory to give" };
        }
    }

    private int MaxPages => (int)(open.MemoryBytes / PageBytes);

    /// <summary>Compiles the module for the first task that outlives its trial; later ones find it done.</summary>
    private (WasmCode Code, TimeSpan Took) Compile(WasmEngine engine)
    {
        if (_code is { } known) return (known, TimeSpan.Zero);
        if (engine == WasmEngine.Interpreter) return default;
        var clock = Stopwatch.StartNew();
        _code = module.Compile(MaxPages);
        return (_code.Value, clock.Elapsed);
    }

    private static GuestEnd End(TrapKind trap) => trap switch
    {
        TrapKind.None => GuestEnd.Exited,
        TrapKind.FuelExhausted => GuestEnd.OutOfFuel,
        TrapKind.MemoryLimitExceeded => GuestEnd.TooMuchMemory,
        _ => GuestEnd.Trapped,
    };

    private static WasiSink Sink(TailBuffer tail, OutputBudget budget, WasmCancellation cancellation) => bytes =>
    {
        if (budget.TryTake(bytes.Length)) tail.Add(bytes);
        else cancellation.Cancel();
    };
}
