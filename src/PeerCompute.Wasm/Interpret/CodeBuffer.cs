// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Interpret;

/// <summary>Internal code while it grows.</summary>
internal sealed class CodeBuffer
{
    private Ins[] _items = new Ins[1024];

    public int Count { get; private set; }

    public ref Ins this[int index] => ref _items[index];

    public ref Ins Add(Op op)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        ref var item = ref _items[Count++];
        item = default;
        item.Op = op;
        return ref item;
    }

    public void Truncate(int count) => Count = count;

    public void CopyTo(Ins[] target) => Array.Copy(_items, target, Count);
}
