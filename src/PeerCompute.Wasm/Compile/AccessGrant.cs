// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;

namespace PeerCompute.Wasm.Compile;

/// <summary>
/// Lets a dynamic assembly use this room's internals. The runtime knows the attribute by its name alone and the libraries do not define it,
/// so the assembly that bears it brings it along.
/// </summary>
internal static class AccessGrant
{
    private const string Name = "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute";

    public static void Add(AssemblyBuilder assembly, ModuleBuilder module)
    {
        var type = module.DefineType(Name, TypeAttributes.NotPublic | TypeAttributes.Sealed, typeof(Attribute));
        var constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(string)]);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, [])!);
        il.Emit(OpCodes.Ret);
        var created = type.CreateType().GetConstructor([typeof(string)])!;
        assembly.SetCustomAttribute(new CustomAttributeBuilder(created, [typeof(AccessGrant).Assembly.GetName().Name!]));
    }
}
