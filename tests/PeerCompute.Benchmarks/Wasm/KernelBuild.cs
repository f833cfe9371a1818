// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;

namespace PeerCompute.Benchmarks.Wasm;

/// <summary>Builds a kernel with clang -O2, once for this machine and once as a module.</summary>
internal static class KernelBuild
{
    /// <summary>The native program of a kernel.</summary>
    /// <exception cref="SuiteException">It does not compile, or has no function <c>run</c>.</exception>
    public static string Native(string source, string folder)
    {
        var program = Path.Combine(folder, Path.GetFileNameWithoutExtension(source));
        Clang(source, ["-O2", "-o", program, source, WasmSuite.Driver("native.c"), "-lm"]);
        return program;
    }

    /// <summary>The module of a kernel.</summary>
    /// <exception cref="SuiteException">It does not compile, or has no function <c>run</c>.</exception>
    public static string Module(string source, string folder)
    {
        var module = Path.Combine(folder, Path.GetFileNameWithoutExtension(source) + ".wasm");
        Clang(
            source,
            ["--target=wasm32-wasi", "--sysroot=/usr", "-O2", "-mexec-model=reactor", "-Wl,--export=run", "-Wl,--strip-all", "-o", module, source, "-lm"]);
        return module;
    }

    private static void Clang(string source, string[] arguments)
    {
        try
        {
            using var clang = Process.Start(new ProcessStartInfo("clang", arguments) { RedirectStandardError = true })!;
            var said = clang.StandardError.ReadToEnd().Trim();
            clang.WaitForExit();
            if (clang.ExitCode == 0) return;
            throw said.Contains("not found: run", StringComparison.Ordinal)
                ? new SuiteException($"{source}: a kernel defines uint64_t run(void); this one does not:\n{said}")
                : new SuiteException($"{source} does not compile:\n{said}");
        }
        catch (Win32Exception)
        {
            throw new SuiteException("clang is missing: install the packages clang lld wasi-libc libclang-rt-dev-wasm32");
        }
    }
}
