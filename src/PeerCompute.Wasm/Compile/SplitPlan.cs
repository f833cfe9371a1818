// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <summary>
/// How a function that is too large for the runtime's optimiser is split: regions become methods of their own, what remains is the trunk, which calls them.
/// Locals that regions name stand in a structure on the trunk's stack.
/// </summary>
internal sealed class SplitPlan
{
    private readonly SplitSizes _sizes;
    private readonly List<Region> _found = [];
    private readonly SortedDictionary<int, Region> _regions = [];
    private readonly SortedDictionary<int, FieldInfo> _shared = [];

    /// <summary>Finds the regions of a body that was measured.</summary>
    public SplitPlan(StatementTree tree, MethodSize whole, SplitSizes sizes)
    {
        _sizes = sizes;
        Find(tree.Body);
        _found.Sort((first, second) => (second.Size.Bytes, first.Start).CompareTo((first.Size.Bytes, second.Start)));
        foreach (var region in _found)
        {
            if (whole.Within(sizes.Part))
            {
                break;
            }

            _regions.Add(region.Start, region);
            whole -= region.Size - CallSize(region);
        }
    }

    public IEnumerable<Region> Regions => _regions.Values;

    /// <summary>The structure of the shared locals.</summary>
    public Type Frame { get; private set; } = null!;

    /// <summary>The region that starts at a place of the module.</summary>
    public Region? At(int place) => _regions.GetValueOrDefault(place);

    /// <summary>Where a local stands that is shared.</summary>
    public FieldInfo? Shared(int local) => _shared.GetValueOrDefault(local);

    /// <summary>Defines the structure.</summary>
    public void Share(WasmModule module, TypeBuilder frame, WasmType[] types)
    {
        foreach (var region in Regions)
        {
            region.Scan(module);
            foreach (var local in region.Locals.Keys)
            {
                if (!_shared.ContainsKey(local))
                {
                    _shared.Add(local, frame.DefineField(FormattableString.Invariant($"l{local}"), ClrTypes.Of(types[local]), FieldAttributes.Public));
                }
            }
        }

        Frame = frame.CreateType();
    }

    /// <summary>The longest runs of statements that make a region, from outside.</summary>
    private void Find(IReadOnlyList<Statement> statements)
    {
        Region? run = null;
        foreach (var statement in statements)
        {
            if (!statement.IsWhole || statement.Exits.Count > Statement.MostExits || !statement.Size.Within(_sizes.Part))
            {
                Keep(run);
                run = null;
                foreach (var inner in statement.Inner)
                {
                    Find(inner);
                }
            }
            else if (run?.Add(statement, _sizes.Part) != true)
            {
                Keep(run);
                run = new Region(statement);
            }
        }

        Keep(run);
    }

    private void Keep(Region? run)
    {
        if (run is not null && run.Size.Bytes >= _sizes.Least)
        {
            _found.Add(run);
        }
    }

    /// <summary>What the trunk has instead of a region, about.</summary>
    private static MethodSize CallSize(Region region) => new(70 + (region.Exits.Count * sizeof(int)), 20, 2 + region.Exits.Count, 0, 10);
}
