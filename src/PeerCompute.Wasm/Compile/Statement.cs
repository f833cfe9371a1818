// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Compile;

/// <summary>
/// Instructions from one place where no operand of the block around stands on the guest's stack to the next such place in the same block.
/// </summary>
/// <param name="start">Where it starts in the module.</param>
/// <param name="depth">Blocks open there, the function's body among them.</param>
/// <param name="from">What was emitted before it.</param>
internal sealed class Statement(int start, int depth, MethodSize from)
{
    /// <summary>A statement that leads to more places is not moved, so that what a branch table leads to is found by one branch.</summary>
    public const int MostExits = 16;

    private SortedSet<int>? _exits;
    private List<List<Statement>>? _inner;

    public int Start => start;

    /// <summary>Where the next one starts, or the <c>end</c> or <c>else</c> of its block.</summary>
    public int End { get; private set; }

    public int Depth => depth;

    /// <summary>What was emitted for it.</summary>
    public MethodSize Size { get; private set; }

    /// <summary>Whether nothing of it is left on the guest's stack.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Open blocks to which it branches, by their place from outside; 0 is the function, which it returns from.</summary>
    public IReadOnlyCollection<int> Exits => _exits ?? (IReadOnlyCollection<int>)[];

    /// <summary>The statements of the blocks in it, one list for each block or arm.</summary>
    public IReadOnlyList<IReadOnlyList<Statement>> Inner => _inner ?? (IReadOnlyList<IReadOnlyList<Statement>>)[];

    /// <summary>It branches to a block, which counts if it is around. Of too many, the outermost are kept, which count further out too.</summary>
    public void Note(int block)
    {
        if (block < depth && (_exits ??= []).Add(block) && _exits.Count > MostExits + 1)
        {
            _exits.Remove(_exits.Max);
        }
    }

    /// <summary>The list of statements of a block or arm that starts in it.</summary>
    public List<Statement> Open()
    {
        var list = new List<Statement>();
        (_inner ??= []).Add(list);
        return list;
    }

    public void Finish(int end, MethodSize to, bool whole) => (End, Size, IsWhole) = (end, to - from, whole);
}
