// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Benchmarks.Wasm;

/// <summary>One engine with one kernel.</summary>
internal abstract class KernelRun(string name) : IDisposable
{
    private readonly List<double> _seconds = [];

    /// <summary>What the engine is called.</summary>
    public string Name => name;

    /// <summary>The checksum of the last run.</summary>
    public string Checksum { get; private set; } = "";

    /// <summary>The median of what was measured.</summary>
    public double Seconds => _seconds.Order().ElementAt(_seconds.Count / 2);

    /// <summary>Runs once; a warm-up is not counted.</summary>
    public void Run(bool counted)
    {
        var (seconds, checksum) = Once();
        if (counted) _seconds.Add(seconds);
        Checksum = checksum;
    }

    public virtual void Dispose()
    {
    }

    protected abstract (double Seconds, string Checksum) Once();
}
