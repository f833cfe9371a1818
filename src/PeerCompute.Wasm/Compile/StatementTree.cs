// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Compile;

/// <summary>The statements of a body, noted while it is measured.</summary>
internal sealed class StatementTree
{
    private readonly Stack<(Statement Statement, List<Statement> List)> _open = [];

    /// <summary>Those of the function's body.</summary>
    public List<Statement> Body { get; } = [];

    /// <summary>A statement starts where so many blocks are open; the one before it in its block ends.</summary>
    public void Begin(int at, int depth, MethodSize size)
    {
        var list = Body;
        if (_open.TryPeek(out var top))
        {
            list = top.List;
            if (top.Statement.Depth == depth)
            {
                End(at, size, true);
            }
            else
            {
                list = top.Statement.Open();
            }
        }

        var statement = new Statement(at, depth, size);
        list.Add(statement);
        _open.Push((statement, list));
    }

    /// <summary>The innermost of so many blocks, or an arm of it, ends; whether none of its results stands on the guest's stack.</summary>
    public void Close(int at, int depth, MethodSize size, bool whole)
    {
        if (_open.Peek().Statement.Depth == depth)
        {
            End(at, size, whole);
        }
    }

    /// <summary>The open statement branches to a block.</summary>
    public void Exit(int block) => _open.Peek().Statement.Note(block);

    private void End(int at, MethodSize size, bool whole)
    {
        var ended = _open.Pop().Statement;
        ended.Finish(at, size, whole);
        if (_open.TryPeek(out var around))
        {
            foreach (var exit in ended.Exits)
            {
                around.Statement.Note(exit);
            }
        }
    }
}
