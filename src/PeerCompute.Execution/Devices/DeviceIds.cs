// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Devices;

/// <summary>
/// Names of devices that tell nothing of the hardware: a keyed hash of what the maker and the bus call it. Equal over restarts, of no use to recognise a card
/// elsewhere: the key is the node's own and stays in its home.
/// </summary>
/// <param name="salt">The key, <see cref="SaltBytes"/> bytes.</param>
public sealed class DeviceIds(byte[] salt)
{
    /// <summary>Name of the file in a home.</summary>
    public const string FileName = "device-salt";

    /// <summary>Bytes of the key: as many as the hash has.</summary>
    public const int SaltBytes = 32;

    /// <summary>Digits of an id: 64 bits, of which a host has a handful.</summary>
    private const int Digits = 16;

    /// <summary>Opens the key of a home, or makes it.</summary>
    /// <param name="home">The folder.</param>
    /// <returns>The names.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Home"/>: the file cannot be read or written, or is not ours.</exception>
    public static DeviceIds Open(string home)
    {
        string file = Path.Combine(home, FileName);
        try
        {
            if (!File.Exists(file))
            {
                string fresh = file + ".new";
                var options = new FileStreamOptions
                {
                    Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                };
                using (var to = new FileStream(fresh, options)) to.Write(RandomNumberGenerator.GetBytes(SaltBytes));
                File.Move(fresh, file);
            }

            byte[] salt = new FileInfo(file).Length == SaltBytes ? File.ReadAllBytes(file) : [];
            return salt.Length == SaltBytes ? new DeviceIds(salt)
                : throw new PeerComputeException(ErrorCode.Home, $"{file} has not {SaltBytes} bytes: remove it, and devices get new ids");
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.Home, $"{file} cannot be read or written: {closed.Message}", closed);
        }
    }

    /// <summary>The ids of a host's devices.</summary>
    /// <param name="devices">In the inventory's order.</param>
    /// <returns>An id for each. Devices that nobody gives a number are told apart by their order among those of one model.</returns>
    public IReadOnlyList<string> Of(IReadOnlyList<Device> devices)
        => [.. devices.Select((device, i) => Id(Name(device, devices.Take(i).Count(other => Name(other, 0) == Name(device, 0)))))];

    private static string Name(Device device, int order)
    {
        string own = device.Card is not { } card ? "" : card.Uuid.Length > 0 ? card.Uuid : card.Pci;
        return own.Length > 0 ? $"{device.Card!.Maker} {own}" : $"{device.Kind} {device.Model} {order}";
    }

    private string Id(string name) => Convert.ToHexStringLower(HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(name)))[..Digits];
}
