// SPDX-License-Identifier: Apache-2.0
namespace System.Runtime.CompilerServices;

/// <summary>Known to the runtime by its name: an assembly that bears it may use the internals of the one it names. Compiled modules do.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
