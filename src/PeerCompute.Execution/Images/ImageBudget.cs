// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace PeerCompute.Execution.Images;

/// <summary>What an image has used so far of what its layers may use together.</summary>
/// <param name="limits">The bounds.</param>
internal sealed class ImageBudget(ImageLimits limits)
{
    private int _entries;
    private long _names;
    private long _unpacked;

    /// <summary>The bounds.</summary>
    public ImageLimits Limits => limits;

    /// <summary>Counts an entry.</summary>
    public void Take(in LayerEntry entry)
    {
        if (++_entries > limits.Entries)
            throw ImageFault.Limit($"the layers have more than {limits.Entries} entries: leave out what the program does not need");
        _names += Encoding.UTF8.GetByteCount(entry.Path) + Encoding.UTF8.GetByteCount(entry.Target);
        if (_names > limits.NamesBytes)
            throw ImageFault.Limit($"the names of all entries have more than {limits.NamesBytes} bytes: leave out what the program does not need");
    }

    /// <summary>Counts a whole layer's unpacked bytes, at its end.</summary>
    public void Take(long unpacked) => _unpacked += unpacked;

    /// <summary>Judges what a layer has unpacked to so far.</summary>
    /// <param name="unpacked">Its bytes unpacked.</param>
    /// <param name="packed">Its bytes read for them.</param>
    public void Check(long unpacked, long packed)
    {
        if (_unpacked + unpacked > limits.UnpackedBytes)
            throw ImageFault.Limit($"the layers unpack to more than {limits.UnpackedBytes} bytes: leave out what the program does not need");
        if (unpacked > limits.FreeBytes && unpacked / limits.Ratio > packed)
            throw ImageFault.Limit($"a layer unpacks to more than {limits.Ratio} times its size, as bombs do: pack it without compression if it is honest");
    }

    /// <summary>Counts a layer that is there already.</summary>
    public void Take(Layer layer)
    {
        foreach (LayerEntry entry in layer.Entries) Take(entry);
        Check(layer.UnpackedBytes, layer.PackedBytes);
        Take(layer.UnpackedBytes);
    }
}
