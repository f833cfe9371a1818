// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Validate;

/// <summary>The type stack and control stack of the validation algorithm (WebAssembly 2.0, appendix A.3).</summary>
internal sealed class OperandStack(WasmLimits limits)
{
    private WasmType[] _values = new WasmType[64];
    private ControlFrame[] _controls = new ControlFrame[16];
    private int _height;

    /// <summary>Where the instruction being checked stands, for errors.</summary>
    public int Offset { get; set; }

    public int Depth { get; private set; }

    public void Reset()
    {
        _height = 0;
        Depth = 0;
    }

    public void Push(WasmType type)
    {
        if (_height == _values.Length)
        {
            if (_height >= limits.FrameSlots)
            {
                throw new WasmInvalidException(WasmFault.OverLimit, Offset, FormattableString.Invariant($"more than {limits.FrameSlots} operands"));
            }

            Array.Resize(ref _values, _height * 2);
        }

        _values[_height++] = type;
    }

    public void Push(WasmType[] types)
    {
        foreach (var type in types)
        {
            Push(type);
        }
    }

    public WasmType Pop()
    {
        ref var frame = ref _controls[Depth - 1];
        if (_height == frame.Height)
        {
            return frame.Unreachable ? WasmType.Unknown : throw Mismatch();
        }

        return _values[--_height];
    }

    public WasmType Pop(WasmType expected)
    {
        var actual = Pop();
        return actual == expected || actual == WasmType.Unknown || expected == WasmType.Unknown ? actual : throw Mismatch();
    }

    public void Pop(WasmType[] types)
    {
        for (var i = types.Length - 1; i >= 0; i--)
        {
            Pop(types[i]);
        }
    }

    public void PushControl(byte opcode, FuncType type)
    {
        if (Depth >= limits.Nesting)
        {
            throw new WasmInvalidException(WasmFault.OverLimit, Offset, FormattableString.Invariant($"blocks nested deeper than {limits.Nesting}"));
        }

        if (Depth == _controls.Length)
        {
            Array.Resize(ref _controls, Depth * 2);
        }

        _controls[Depth++] = new ControlFrame { Opcode = opcode, Start = type.Params, Result = type.Results, Height = _height };
        Push(type.Params);
    }

    public ControlFrame PopControl()
    {
        var frame = _controls[Depth - 1];
        Pop(frame.Result);
        if (_height != frame.Height)
        {
            throw Mismatch();
        }

        Depth--;
        return frame;
    }

    public void SetUnreachable()
    {
        ref var frame = ref _controls[Depth - 1];
        _height = frame.Height;
        frame.Unreachable = true;
    }

    public WasmType[] Label(uint depth) =>
        depth < (uint)Depth ? _controls[Depth - 1 - (int)depth].LabelTypes : throw ModuleValidator.Invalid(Offset, "unknown label");

    public WasmInvalidException Mismatch() => ModuleValidator.Invalid(Offset, "type mismatch");
}
