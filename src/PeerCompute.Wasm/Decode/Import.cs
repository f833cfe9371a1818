// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>One import; the member that belongs to <see cref="Kind"/> holds its type.</summary>
internal sealed class Import
{
    public required string Module { get; init; }

    public required string Name { get; init; }

    public required ExternKind Kind { get; init; }

    public int TypeIndex { get; init; }

    public TableType Table { get; init; }

    public Limits Memory { get; init; }

    public GlobalType Global { get; init; }
}
