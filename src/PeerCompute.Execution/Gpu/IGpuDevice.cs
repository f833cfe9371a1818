// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Gpu;

/// <summary>
/// A device in this process that runs the kernels of one program, one after the other. Handles are those of the driver or of the implementation. All that can
/// go
/// wrong is a <see cref="GpuException"/>.
/// </summary>
internal interface IGpuDevice : IDisposable
{
    /// <summary>Bytes of its memory.</summary>
    ulong MemoryBytes { get; }

    /// <summary>Bytes that one buffer may have at most.</summary>
    ulong BufferBytes { get; }

    /// <summary>Compiles kernels.</summary>
    /// <returns>A handle of them.</returns>
    /// <exception cref="GpuException">They do not compile: with the end of what the compiler says.</exception>
    nint Compile(string source, string options);

    /// <summary>Prepares a kernel of a compiled program for one launch.</summary>
    /// <param name="program">From <see cref="Compile"/>.</param>
    /// <param name="launch">The launch.</param>
    /// <exception cref="GpuException">It is not there, or takes other arguments.</exception>
    nint Kernel(nint program, GpuLaunch launch);

    /// <summary>Memory, all zero.</summary>
    /// <param name="bytes">How much.</param>
    /// <exception cref="GpuException">There is not as much.</exception>
    nint Zeros(ulong bytes);

    /// <summary>Fills a buffer with zeros, to the end.</summary>
    void Clear(nint buffer, ulong bytes);

    /// <summary>Copies bytes to the device.</summary>
    void Write(nint buffer, ulong offset, ReadOnlySpan<byte> bytes);

    /// <summary>Copies bytes from the device.</summary>
    void Read(nint buffer, ulong offset, Span<byte> bytes);

    /// <summary>Gives a kernel an argument by value.</summary>
    void Give(nint kernel, int index, ReadOnlySpan<byte> bytes);

    /// <summary>Gives a kernel a buffer.</summary>
    void GiveBuffer(nint kernel, int index, nint buffer);

    /// <summary>Gives a kernel memory of its work groups.</summary>
    void GiveLocal(nint kernel, int index, ulong bytes);

    /// <summary>Starts a kernel behind those before it.</summary>
    void Launch(nint kernel, GpuLaunch launch);

    /// <summary>Waits until all has been done.</summary>
    void Finish();
}
