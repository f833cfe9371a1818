// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace PeerCompute.Wasm.Compile;

/// <summary>
/// The machine's code of a module. Each function is compiled by the runtime when it is first called; all of it goes when nothing refers to the module.
/// </summary>
internal sealed class CompiledModule(Type type, int imported, int functions, int types)
{
    private readonly nint[] _codes = new nint[functions];
    private readonly nint[] _entries = new nint[types];

    /// <summary>Bytes of intermediate language made.</summary>
    public required long Bytes { get; init; }

    /// <summary>Functions that are left to the interpreter because they are over a bound of <see cref="CompileLimits"/>.</summary>
    public required int Interpreted { get; init; }

    /// <summary>Regions that were moved out of functions into methods of their own.</summary>
    public required int Regions { get; init; }

    /// <summary>Where the code lives.</summary>
    public Assembly Assembly => type.Assembly;

    public static string FunctionName(int index) => FormattableString.Invariant($"f{index}");

    public static string EntryName(int typeIndex) => FormattableString.Invariant($"enter{typeIndex}");

    /// <summary>Address of a function of the module, by its index among all functions.</summary>
    public nint CodeOf(int function)
    {
        ref var code = ref _codes[function - imported];
        return code != 0 ? code : code = Pointer(FunctionName(function));
    }

    /// <summary>Address of what calls functions of a type with arguments in slots: takes machine, depth, function.</summary>
    public nint EntryOf(int typeIndex)
    {
        ref var entry = ref _entries[typeIndex];
        return entry != 0 ? entry : entry = Pointer(EntryName(typeIndex));
    }

    private nint Pointer(string name) =>
        type.GetMethod(name, BindingFlags.Public | BindingFlags.Static)!.MethodHandle.GetFunctionPointer();
}
