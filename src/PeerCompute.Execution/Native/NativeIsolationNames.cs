// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Native;

/// <summary>The names of the isolation classes of native programs as adverts and people see them.</summary>
public static class NativeIsolationNames
{
    /// <summary>The name of a class, such as <c>native-strict</c>.</summary>
    /// <param name="isolation">The class.</param>
    /// <returns>The name; <c>none</c> for values without one.</returns>
    public static string Name(this NativeIsolation isolation) => isolation switch
    {
        NativeIsolation.Strict => "native-strict",
        NativeIsolation.Degraded => "native-degraded",
        _ => "none",
    };

    /// <summary>The name of the class that programs have behind the same walls when they are granted a card, such as <c>device-strict</c>.</summary>
    /// <param name="isolation">The class of native programs.</param>
    /// <returns>The name; <c>none</c> for values without one.</returns>
    public static string DeviceName(this NativeIsolation isolation) => isolation switch
    {
        NativeIsolation.Strict => "device-strict",
        NativeIsolation.Degraded => "device-degraded",
        _ => "none",
    };
}
