// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Daemon.Tests;

/// <summary>A folder that is gone after the test; its path is short enough for Unix sockets.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pc-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
