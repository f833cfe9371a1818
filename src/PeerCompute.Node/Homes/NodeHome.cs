// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Execution.Runs;

namespace PeerCompute.Node.Homes;

/// <summary>A node's folder, locked by the one process that lives in it (docs/home.md).</summary>
public sealed class NodeHome : IDisposable
{
    private readonly FileStream _lock;
    private readonly Lock _deciding = new();

    private NodeHome(string folder, HomeConfig config, KeyPair key, FileStream held)
    {
        (Folder, Config, Key, _lock) = (folder, config, key, held);
    }

    /// <summary>The folder, absolute.</summary>
    public string Folder { get; }

    /// <summary>What its owner decides.</summary>
    public HomeConfig Config { get; private set; }

    /// <summary>The node's identity.</summary>
    public KeyPair Key { get; }

    /// <summary>Encrypted blobs.</summary>
    public string Blobs => Path.Combine(Folder, "blobs");

    /// <summary>References of what local clients handed in.</summary>
    public string Uploads => Path.Combine(Folder, "uploads");

    /// <summary>Plain files of running leases; empty between runs.</summary>
    public string Work => Path.Combine(Folder, "work");

    /// <summary>Where the node and the supervisor of its children find each other.</summary>
    public string Supervisor => Path.Combine(Folder, "runs");

    /// <summary>Receipts of the node's jobs.</summary>
    public string Receipts => Path.Combine(Folder, "receipts");

    /// <summary>The journal.</summary>
    public string Journal => Path.Combine(Folder, "journal.db");

    /// <summary>Path of the API's socket in a home.</summary>
    /// <param name="folder">The home.</param>
    /// <returns>The path.</returns>
    public static string SocketOf(string folder) => Path.Combine(Path.GetFullPath(folder), "api.sock");

    /// <summary>Imported images in a home; whoever changes them holds a lock of their own.</summary>
    /// <param name="folder">The home.</param>
    /// <returns>The path.</returns>
    public static string ImagesOf(string folder) => Path.Combine(Path.GetFullPath(folder), "images");

    /// <summary>True where a home was made.</summary>
    /// <param name="folder">The home.</param>
    /// <returns>Whether it has a key.</returns>
    public static bool Exists(string folder) => File.Exists(KeyOf(folder));

    /// <summary>Makes a home with a new identity from the system's generator.</summary>
    /// <param name="folder">A folder that is no home yet.</param>
    /// <param name="config">What its owner decides.</param>
    /// <param name="identity">The identity instead of a new one, for experiments.</param>
    /// <returns>The new identity.</returns>
    /// <exception cref="PeerComputeException">It is a home already, or cannot be written.</exception>
    public static PeerId Create(string folder, HomeConfig config, KeyPair? identity = null)
    {
        folder = Path.GetFullPath(folder);
        if (Exists(folder))
            throw new PeerComputeException(ErrorCode.Home, $"{folder} is a node's home already: use another folder, or keep this one as it is.");
        return Disk.Guard(folder, () =>
        {
            Disk.MakeFolder(folder);
            Disk.Replace(ConfigOf(folder), System.Text.Encoding.UTF8.GetBytes(config.ToJson()));
            var key = identity ?? KeyPair.FromSeed(RandomNumberGenerator.GetBytes(32));
            Disk.Replace(KeyOf(folder), key.ToPrivateKeyMessage());
            return key.PeerId;
        });
    }

    /// <summary>Reads who a home belongs to, without entering it.</summary>
    /// <param name="folder">The home.</param>
    /// <returns>Its identity.</returns>
    /// <exception cref="PeerComputeException">It is no home, or its key is damaged.</exception>
    public static PeerId IdentityOf(string folder) => ReadKey(Path.GetFullPath(folder)).PeerId;

    /// <summary>Signs in a home's name, without entering it.</summary>
    /// <param name="folder">The home.</param>
    /// <returns>Its key.</returns>
    /// <exception cref="PeerComputeException">It is no home, or its key is damaged.</exception>
    public static ISigner SignerOf(string folder) => ReadKey(Path.GetFullPath(folder));

    /// <summary>Reads what a home's owner decides, without entering it.</summary>
    /// <param name="folder">The home.</param>
    /// <returns>The configuration; the defaults where there is none.</returns>
    /// <exception cref="PeerComputeException">The file cannot be read, or a key in it is wrong.</exception>
    public static HomeConfig ConfigIn(string folder)
    {
        var path = ConfigOf(folder);
        return Disk.Guard(path, () => File.Exists(path) ? HomeConfig.Parse(File.ReadAllText(path), path) : new HomeConfig());
    }

    /// <summary>Enters a home and locks it.</summary>
    /// <param name="folder">The home.</param>
    /// <returns>The home, until it is disposed.</returns>
    /// <exception cref="PeerComputeException">It is no home, is locked, cannot be written, belongs to another user, or is of a newer version.</exception>
    public static NodeHome Open(string folder)
    {
        folder = Path.GetFullPath(folder);
        if (!Exists(folder)) throw new PeerComputeException(ErrorCode.Home, $"{folder} is no node's home: run 'peercompute init' first.");
        Close(folder);
        var held = Lock(folder);
        try
        {
            var home = new NodeHome(folder, ConfigIn(folder), ReadKey(folder), held);
            Disk.Guard(folder, () =>
            {
                foreach (var part in (string[])[home.Blobs, home.Uploads, home.Work, home.Receipts]) Disk.MakeFolder(part);
                foreach (var part in (string[])[folder, home.Uploads, home.Receipts])
                {
                    foreach (var left in Directory.GetFiles(part, "*" + Disk.Unfinished)) File.Delete(left);
                }

                return true;
            });
            return home;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Deletes plain files of runs that no longer run.</summary>
    /// <param name="running">Folders of those that do.</param>
    /// <returns>What could not be removed, and why: a line for each.</returns>
    /// <exception cref="PeerComputeException">The folder of all of them cannot be read.</exception>
    public IReadOnlyList<string> SweepWork(IReadOnlyCollection<string> running) => Disk.Guard(Work, () =>
    {
        var kept = new List<string>();
        foreach (var left in Directory.GetDirectories(Work).Except(running))
        {
            if (Debris.Remove(left) is { Length: > 0 } why) kept.Add($"{left} is left of an earlier start: {why}");
        }

        return kept;
    });

    /// <summary>Changes what the owner decides: the file is read again first, so that what was written into it meanwhile stays.</summary>
    /// <param name="change">The change; comments in the file are lost.</param>
    /// <exception cref="PeerComputeException">The file cannot be read or written, or a key in it is wrong.</exception>
    public void Change(Func<HomeConfig, HomeConfig> change)
    {
        lock (_deciding)
        {
            var config = change(ConfigIn(Folder));
            Disk.Replace(ConfigOf(Folder), System.Text.Encoding.UTF8.GetBytes(config.ToJson()));
            Config = config;
        }
    }

    /// <summary>Leaves the home.</summary>
    public void Dispose() => _lock.Dispose();

    private static string ConfigOf(string folder) => Path.Combine(folder, "config.json");

    private static string KeyOf(string folder) => Path.Combine(folder, "key");

    private static KeyPair ReadKey(string folder)
    {
        var path = KeyOf(folder);
        try
        {
            return Disk.Guard(path, () => KeyPair.FromPrivateKeyMessage(File.ReadAllBytes(path)));
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.Home, $"{path} is no key ({e.Message}): put the right file back, or make another home.", e);
        }
    }

    /// <summary>Shuts the folder and its key to other users; only their owner can.</summary>
    private static void Close(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        try
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.SetUnixFileMode(KeyOf(folder), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new PeerComputeException(ErrorCode.Home, $"{folder} belongs to another user: run the node as that user, or make a home of your own.", e);
        }
        catch (IOException e)
        {
            throw new PeerComputeException(ErrorCode.Home, $"{folder} cannot be written ({e.Message}): make it writable, or use another home.", e);
        }
    }

    private static FileStream Lock(string folder)
    {
        var (path, pid) = (Path.Combine(folder, "lock"), Path.Combine(folder, "pid"));
        FileStream held;
        try
        {
            held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new PeerComputeException(ErrorCode.Home, $"{folder} is read-only for this user: make it writable, or use another home.", e);
        }
        catch (IOException e) when (File.Exists(path) && !IsReadOnly(e))
        {
            throw new PeerComputeException(ErrorCode.Home,
                $"{folder} is locked by the node with process id {Holder(pid)}: end that one first, or use another home.", e);
        }
        catch (IOException e)
        {
            throw new PeerComputeException(ErrorCode.Home, $"{folder} cannot be written ({e.Message}): make it writable, or use another home.", e);
        }

        try
        {
            Disk.Replace(pid, System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static bool IsReadOnly(IOException e) => (e.HResult & 0xFFFF) == 30;

    private static string Holder(string pid)
    {
        try
        {
            return File.ReadAllText(pid).Trim();
        }
        catch (IOException)
        {
            return "unknown";
        }
    }
}
