// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Reflection;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;

namespace PeerCompute.Wasm.Compile;

/// <summary>The fields and methods that compiled code uses.</summary>
internal static class Members
{
    public static readonly FieldInfo Left = Field(nameof(Machine.Left));
    public static readonly FieldInfo Floor = Field(nameof(Machine.Floor));
    public static readonly FieldInfo Memory = Field(nameof(Machine.Memory));
    public static readonly FieldInfo Zero = Field(nameof(Machine.Zero));
    public static readonly FieldInfo WideZero = Field(nameof(Machine.WideZero));
    public static readonly FieldInfo Globals = Field(nameof(Machine.Globals));
    public static readonly FieldInfo StackLimit = Field(nameof(Machine.StackLimit));
    public static readonly FieldInfo Slots = Field(nameof(Machine.Slots));

    /// <summary>For accesses of 1, 2, 4 and 8 bytes.</summary>
    public static readonly FieldInfo[] Limits =
        [Field(nameof(Machine.Limit1)), Field(nameof(Machine.Limit2)), Field(nameof(Machine.Limit4)), Field(nameof(Machine.Limit8))];

    public static readonly MethodInfo Raise = Own(nameof(Support.Raise));
    public static readonly MethodInfo RaiseFuel = Own(nameof(Support.RaiseFuel));
    public static readonly MethodInfo RaiseStack = Own(nameof(Support.RaiseStack));
    public static readonly MethodInfo RaiseStray = Own(nameof(Support.RaiseStray));
    public static readonly MethodInfo RaiseTruncation = Own(nameof(Support.RaiseTruncation));
    public static readonly MethodInfo Nan = Own(nameof(Support.Nan));
    public static readonly MethodInfo Rare = Own(nameof(Support.Rare));
    public static readonly MethodInfo RareNumber = Own(nameof(Support.RareNumber));
    public static readonly MethodInfo Saturate = Of(typeof(RareNumbers), nameof(RareNumbers.Saturate), typeof(int), typeof(double));
    public static readonly MethodInfo TruncateUnsigned = Of(typeof(RareNumbers), nameof(RareNumbers.Unsigned), typeof(double));
    public static readonly MethodInfo Lookup = Own(nameof(Support.Lookup));
    public static readonly MethodInfo CallForeign = Own(nameof(Support.CallForeign));
    public static readonly MethodInfo CallImport = Own(nameof(Support.CallImport));
    public static readonly MethodInfo Interpret = Own(nameof(Support.Interpret));

    public static readonly MethodInfo SingleToBits = Of(typeof(BitConverter), nameof(BitConverter.SingleToInt32Bits), typeof(float));
    public static readonly MethodInfo DoubleToBits = Of(typeof(BitConverter), nameof(BitConverter.DoubleToInt64Bits), typeof(double));
    public static readonly MethodInfo BitsToSingle = Careful(nameof(Compile.Careful.Single), typeof(int), 1);
    public static readonly MethodInfo BitsToDouble = Careful(nameof(Compile.Careful.Double), typeof(long), 1);

    /// <summary>A method of <see cref="Careful"/> on one or two operands of a type.</summary>
    public static MethodInfo Careful(string name, Type type, int operands) =>
        Of(typeof(Compile.Careful), name, operands == 1 ? [type] : [type, type]);

    /// <summary>A method of <see cref="BitOperations"/> on 32 or 64 bits.</summary>
    public static MethodInfo Bits(string name, bool wide) => Of(typeof(BitOperations), name, wide ? typeof(ulong) : typeof(uint));

    /// <summary>A function of <see cref="Math"/> or <see cref="MathF"/> of so many operands.</summary>
    public static MethodInfo Float(string name, bool wide, int operands)
    {
        var type = wide ? typeof(double) : typeof(float);
        return Of(wide ? typeof(Math) : typeof(MathF), name, operands == 1 ? [type] : [type, type]);
    }

    /// <summary>A rotation of 32 or 64 bits.</summary>
    public static MethodInfo Rotation(bool left, bool wide)
    {
        var name = left ? nameof(BitOperations.RotateLeft) : nameof(BitOperations.RotateRight);
        return Of(typeof(BitOperations), name, wide ? typeof(ulong) : typeof(uint), typeof(int));
    }

    /// <summary><see cref="Compile.Careful"/>'s way to the canonical NaN.</summary>
    public static MethodInfo Canonical(WasmType type) => Careful(nameof(Compile.Careful.Canonical), ClrTypes.Of(type), 1);

    private static MethodInfo Of(Type type, string name, params Type[] parameters) => type.GetMethod(name, parameters)!;

    private static FieldInfo Field(string name) => typeof(Machine).GetField(name)!;

    private static MethodInfo Own(string name) => typeof(Support).GetMethod(name)!;
}
