// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace PeerCompute.Benchmarks.Wasm;

/// <summary>A kernel in a process of its own, which runs once for each line and answers seconds and checksum.</summary>
internal sealed class ChildKernel : KernelRun
{
    private readonly Process _child;

    public ChildKernel(string name, string program, params string[] arguments)
        : base(name)
    {
        try
        {
            _child = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception)
        {
            throw new SuiteException($"{program} is missing: it runs the kernels for {name}");
        }

        _child.ErrorDataReceived += (_, _) => { };
        _child.BeginErrorReadLine();
    }

    public override void Dispose()
    {
        _child.Kill(true);
        _child.Dispose();
    }

    protected override (double Seconds, string Checksum) Once()
    {
        _child.StandardInput.WriteLine("run");
        _child.StandardInput.Flush();
        return _child.StandardOutput.ReadLine()?.Split(' ') is [var seconds, var checksum]
            ? (double.Parse(seconds, CultureInfo.InvariantCulture), checksum)
            : throw new SuiteException($"the kernel ended without an answer on {Name}");
    }
}
