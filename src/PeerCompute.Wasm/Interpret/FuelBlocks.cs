// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Interpret;

/// <summary>
/// The straight-line blocks of one function and their charges. A block entered by falling out of a conditional branch is charged by that branch,
/// a block with a label by its <see cref="Op.Charge"/> or by the branch that jumps behind it.
/// </summary>
internal sealed class FuelBlocks(CodeBuffer code)
{
    private readonly List<(int ChargeAt, int BranchAt, int Cost)> _blocks = [];
    private readonly List<int> _labels = [];
    private readonly List<(int Ins, int Label)> _branches = [];
    private int _cost;

    /// <summary>Code before this index belongs to another block: nothing may reach back over it.</summary>
    public int Barrier { get; private set; }

    /// <summary>Whether branches carry no charges because one was too large for their 16 bits.</summary>
    public bool Wide { get; private set; }

    public int EntryCost => _blocks[0].Cost;

    public void Begin(bool wide)
    {
        Wide = wide;
        _blocks.Clear();
        _labels.Clear();
        _branches.Clear();
        _cost = 0;
        Open(-1);
    }

    public void Count() => _cost++;

    public int NewLabel()
    {
        _labels.Add(-1);
        return _labels.Count - 1;
    }

    /// <summary>Starts a block that anything may jump to, unless nothing came since the last such start.</summary>
    public void Lead()
    {
        var (charge, _, _) = _blocks[^1];
        if (charge < 0 || _cost > 0 || code.Count != charge + 1)
        {
            Close();
            Open(-1);
        }
    }

    public void Bind(int label)
    {
        Lead();
        _labels[label] = _blocks.Count - 1;
    }

    /// <summary>Starts the block that follows the conditional branch just written.</summary>
    public void LeadAfter(int branch)
    {
        Close();
        Open(Wide ? -1 : branch);
    }

    public void Branch(int ins, int label) => _branches.Add((ins, label));

    public bool HasBranches(int label)
    {
        foreach (var branch in _branches)
        {
            if (branch.Label == label)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes targets and charges into the code; false when a charge does not fit and everything must be done again, wide.</summary>
    public bool Resolve()
    {
        Close();
        foreach (var (charge, branch, cost) in _blocks)
        {
            if (charge >= 0)
            {
                code[charge].Lo = cost;
            }
            else if (cost > ushort.MaxValue)
            {
                return false;
            }
            else
            {
                code[branch].C = (ushort)cost;
            }
        }

        foreach (var (at, label) in _branches)
        {
            if (!Resolve(at, _blocks[_labels[label]]))
            {
                return false;
            }
        }

        return true;
    }

    private bool Resolve(int at, (int ChargeAt, int BranchAt, int Cost) block)
    {
        ref var ins = ref code[at];
        ins.Lo = block.ChargeAt + (Wide ? 0 : 1) - at;
        if (Wide)
        {
            return true;
        }

        if (ins.Op is (>= Op.BrI32EqI and <= Op.BrI32LeUI) or (>= Op.BrI64EqI and <= Op.BrI64LeUI))
        {
            ins.B = (ushort)block.Cost;
            return block.Cost <= ushort.MaxValue;
        }

        ins.Hi = block.Cost;
        return true;
    }

    private void Close()
    {
        var (charge, branch, _) = _blocks[^1];
        _blocks[^1] = (charge, branch, _cost);
        _cost = 0;
    }

    private void Open(int branch)
    {
        if (branch < 0)
        {
            _blocks.Add((code.Count, -1, 0));
            code.Add(Op.Charge);
        }
        else
        {
            _blocks.Add((-1, branch, 0));
        }

        Barrier = code.Count;
    }
}
