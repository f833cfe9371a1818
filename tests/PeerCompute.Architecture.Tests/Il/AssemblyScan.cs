// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace PeerCompute.Architecture.Tests.Il;

/// <summary>Lists what the types of a built assembly use: bases, fields, signatures, locals, and every token in every body.</summary>
internal sealed class AssemblyScan : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly TypeNames _names;
    private readonly HashSet<Use> _uses = [];
    private string _space = "";
    private string _user = "";

    public AssemblyScan(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
        _names = new TypeNames(Note);
    }

    /// <summary>Every <c>library!function</c> that the assembly imports.</summary>
    public IEnumerable<string> Imports =>
        from handle in _metadata.MethodDefinitions
        let method = _metadata.GetMethodDefinition(handle)
        where method.Attributes.HasFlag(MethodAttributes.PinvokeImpl)
        let import = method.GetImport()
        select $"{_metadata.GetString(_metadata.GetModuleReference(import.Module).Name)}!{_metadata.GetString(import.Name)}";

    /// <summary>What the types use whose outermost type passes the filter; protobuf's generated types are left out.</summary>
    public IReadOnlySet<Use> Uses(Func<string, bool> wanted)
    {
        _uses.Clear();
        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            TypeDefinitionHandle outer = Outermost(handle);
            if (wanted(TypeNames.Of(_metadata, outer)) && !IsProtobuf(outer) && !IsProtobuf(handle))
            {
                _space = _metadata.GetString(_metadata.GetTypeDefinition(outer).Namespace);
                ReadType(handle);
            }
        }

        return _uses;
    }

    public void Dispose() => _file.Dispose();

    private TypeDefinitionHandle Outermost(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        return type.IsNested ? Outermost(type.GetDeclaringType()) : handle;
    }

    /// <summary>A message implements IMessage; a file's descriptor class holds a FileDescriptor.</summary>
    private bool IsProtobuf(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        var met = new List<string>();
        var names = new TypeNames(met.Add);
        foreach (InterfaceImplementationHandle implementation in type.GetInterfaceImplementations())
        {
            NameOf(_metadata.GetInterfaceImplementation(implementation).Interface, names);
        }

        foreach (FieldDefinitionHandle field in type.GetFields())
        {
            _metadata.GetFieldDefinition(field).DecodeSignature(names, null);
        }

        return met.Any(name => name is "Google.Protobuf.IMessage" or "Google.Protobuf.IMessage`1" or "Google.Protobuf.Reflection.FileDescriptor");
    }

    private void ReadType(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        string typeName = TypeNames.Of(_metadata, handle);
        _user = typeName;
        if (!type.BaseType.IsNil)
        {
            NameOf(type.BaseType, _names);
        }

        foreach (InterfaceImplementationHandle implementation in type.GetInterfaceImplementations())
        {
            NameOf(_metadata.GetInterfaceImplementation(implementation).Interface, _names);
        }

        foreach (FieldDefinitionHandle handleOfField in type.GetFields())
        {
            FieldDefinition field = _metadata.GetFieldDefinition(handleOfField);
            _user = $"{typeName}::{_metadata.GetString(field.Name)}";
            field.DecodeSignature(_names, null);
        }

        foreach (MethodDefinitionHandle handleOfMethod in type.GetMethods())
        {
            MethodDefinition method = _metadata.GetMethodDefinition(handleOfMethod);
            _user = $"{typeName}::{_metadata.GetString(method.Name)}";
            method.DecodeSignature(_names, null);
            if (method.RelativeVirtualAddress != 0)
            {
                ReadBody(_file.GetMethodBody(method.RelativeVirtualAddress));
            }
        }
    }

    private void ReadBody(MethodBodyBlock body)
    {
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_names, null);
        }

        foreach (ExceptionRegion region in body.ExceptionRegions.Where(region => region.Kind == ExceptionRegionKind.Catch))
        {
            NameOf(region.CatchType, _names);
        }

        BlobReader il = body.GetILReader();
        while (il.RemainingBytes > 0)
        {
            (OpCode code, int token) = OpCodeTable.Read(ref il);
            Note("il:" + code.Name);
            if (token != 0)
            {
                ReadToken(MetadataTokens.EntityHandle(token));
            }
        }
    }

    private void ReadToken(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MemberReference:
                MemberReference member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                Note($"{NameOf(member.Parent, _names)}::{_metadata.GetString(member.Name)}");
                if (member.GetKind() == MemberReferenceKind.Method)
                {
                    member.DecodeMethodSignature(_names, null);
                }
                else
                {
                    member.DecodeFieldSignature(_names, null);
                }

                break;
            case HandleKind.MethodDefinition:
                MethodDefinition own = _metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                Note($"{TypeNames.Of(_metadata, own.GetDeclaringType())}::{_metadata.GetString(own.Name)}");
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification method = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                method.DecodeSignature(_names, null);
                ReadToken(method.Method);
                break;
            case HandleKind.StandaloneSignature:
                _metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle).DecodeMethodSignature(_names, null);
                break;
            case HandleKind.TypeReference or HandleKind.TypeSpecification or HandleKind.TypeDefinition:
                NameOf(handle, _names);
                break;
        }
    }

    private string NameOf(EntityHandle handle, TypeNames names) => handle.Kind switch
    {
        HandleKind.TypeReference => names.GetTypeFromReference(_metadata, (TypeReferenceHandle)handle, 0),
        HandleKind.TypeDefinition => names.GetTypeFromDefinition(_metadata, (TypeDefinitionHandle)handle, 0),
        HandleKind.TypeSpecification => names.GetTypeFromSpecification(_metadata, null, (TypeSpecificationHandle)handle, 0),
        _ => "",
    };

    private void Note(string used) => _uses.Add(new Use(_space, _user, used));
}
