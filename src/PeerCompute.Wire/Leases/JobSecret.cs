// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Leases;

/// <summary>One value for the program's environment. Never prints its value.</summary>
/// <param name="name">Name of the variable.</param>
/// <param name="value">The value.</param>
public sealed class JobSecret(string name, string value)
{
    /// <summary>Name of the variable.</summary>
    public string Name { get; } = name;

    /// <summary>The value.</summary>
    public string Value { get; } = value;

    /// <inheritdoc/>
    public override string ToString() => $"secret {Name}";
}
