// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PeerCompute.Architecture.Tests.Il;

/// <summary>Breaks every ban once, one method each: the scan that finds nothing here proves nothing elsewhere.</summary>
internal static class Offender
{
    public static long Clock_now() => DateTime.UtcNow.Ticks;

    public static object Clock_with_offset() => DateTimeOffset.Now;

    public static long Clock_stopwatch() => Stopwatch.GetTimestamp();

    public static object Clock_provider() => TimeProvider.System;

    public static long Environment_ticks() => Environment.TickCount64;

    public static string? Environment_variable() => Environment.GetEnvironmentVariable("HOME");

    public static int Environment_process() => Process.GetCurrentProcess().Id;

    public static int Chance_random() => Random.Shared.Next();

    public static byte[] Chance_system() => RandomNumberGenerator.GetBytes(1);

    public static object Chance_guid() => Guid.NewGuid();

    public static object Thread_task() => Task.CompletedTask;

    public static async ValueTask Thread_async() => await Task.Yield();

    public static object Thread_own() => new Thread(() => { });

    public static object Thread_timer() => new System.Threading.Timer(_ => { });

    public static object Thread_parallel() => Parallel.For(0, 1, _ => { });

    public static void Thread_lock(object gate)
    {
        lock (gate)
        {
            GC.KeepAlive(gate);
        }
    }

    public static void Socket_own() => new Socket(SocketType.Stream, ProtocolType.Tcp).Dispose();

    public static object Socket_names() => System.Net.Dns.GetHostName();

    public static bool File_exists() => File.Exists("x");

    public static bool File_folder() => Directory.Exists("x");

    public static void File_stream(FileStream stream) => GC.KeepAlive(stream);

    public static IntPtr Native_export(IntPtr library) => NativeLibrary.GetExport(library, "getrandom");

    public static void Console_line() => Console.WriteLine();

    public static object Floating_constant() => 1.5;

    public static int Floating_conversion(int value) => (int)(value * 2.5f);

    public static double Floating_sum(double left, double right) => left + right;

    public static void Floating_array(Array values) => GC.KeepAlive((float[])values);

    public static int Unordered_dictionary() => new Dictionary<int, int>().Count;

    public static void Unordered_enumeration(Dictionary<int, int>.Enumerator items) => items.MoveNext();

    public static int Unordered_set() => new HashSet<int>().Count;

    public static int Unordered_concurrent() => new ConcurrentDictionary<int, int>().Count;

    public static int Unordered_frozen(int[] items) => items.ToFrozenSet().Count;

    public static int Unordered_immutable() => ImmutableDictionary<int, int>.Empty.Count;

    public static int Unordered_grouping(int[] items) => items.GroupBy(item => item).Count();

    public static int Unordered_distinct(int[] items) => items.Distinct().Count();

    public static int Hash_of_string(string text) => text.GetHashCode(StringComparison.Ordinal);

    public static int Hash_combined() => HashCode.Combine(1, 2);

    [DllImport("libc", EntryPoint = "getpid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Import();
}
