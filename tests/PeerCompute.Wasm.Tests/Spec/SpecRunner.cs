// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using PeerCompute.Wasm.Compile;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Tests.Compile;

namespace PeerCompute.Wasm.Tests.Spec;

/// <summary>Runs the commands of one converted file; every failure is kept, none hides another.</summary>
internal sealed class SpecRunner(string folder, WasmEngine engine, SplitSizes sizes)
{
    private readonly FuelMeter _fuel = new(long.MaxValue);
    private readonly SortedDictionary<string, WasmInstance> _named = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, WasmInstance> _registered = new(StringComparer.Ordinal);
    private Store _store = null!;
    private SpecHost? _host;
    private WasmInstance? _current;

    public List<string> Failures { get; } = [];

    /// <summary>Fuel used after each command.</summary>
    public List<long> Fuel { get; } = [];

    public int Passed { get; private set; }

    /// <summary>Assertions about the text format: wabt's matter, not ours.</summary>
    public int Text { get; private set; }

    public void Run(JsonElement commands)
    {
        _store = new Store(_fuel, 65_536, 1 << 18, engine, GuestThread.StackBytes);
        _host = new SpecHost(_store);
        foreach (var command in commands.EnumerateArray())
        {
            try
            {
                if (Execute(command) is { } failure)
                {
                    Failures.Add($"line {command.GetProperty("line").GetInt32()}: {failure}");
                }
                else
                {
                    Passed++;
                }
            }
            catch (Exception e) when (e is not AssertionException)
            {
                Failures.Add($"line {command.GetProperty("line").GetInt32()}: {e.GetType().Name} {e.Message}");
            }

            Fuel.Add(_fuel.Used);
        }
    }

    private string? Execute(JsonElement command)
    {
        switch (command.GetProperty("type").GetString())
        {
            case "module":
                _current = Instantiate(command);
                if (command.TryGetProperty("name", out var name))
                {
                    _named[name.GetString()!] = _current;
                }

                return null;
            case "register":
                _registered[command.GetProperty("as").GetString()!] = Instance(command);
                return null;
            case "action":
                Act(command.GetProperty("action"));
                return null;
            case "assert_return":
                return Compare(Act(command.GetProperty("action")), command.GetProperty("expected"));
            case "assert_trap" or "assert_exhaustion":
                return ExpectTrap(command, () => Act(command.GetProperty("action")));
            case "assert_uninstantiable":
                return ExpectTrap(command, () => Instantiate(command));
            case "assert_unlinkable":
                return ExpectRefusal(command, () => Instantiate(command), WasmFault.Unlinkable);
            case "assert_invalid":
                return ExpectRefusal(command, () => Parse(command), WasmFault.Invalid, WasmFault.Malformed);
            case "assert_malformed" when command.GetProperty("module_type").GetString() == "text":
                Text++;
                Passed--;
                return null;
            case "assert_malformed":
                return ExpectRefusal(command, () => Parse(command), WasmFault.Malformed, WasmFault.Unsupported, WasmFault.Invalid, WasmFault.OverLimit);
            default:
                return "unknown command";
        }
    }

    private WasmModule Parse(JsonElement command)
    {
        var module = WasmModule.Parse(File.ReadAllBytes(Path.Combine(folder, command.GetProperty("filename").GetString()!)), WasmLimits.Default);
        module.SplitSizes = sizes;
        return module;
    }

    private WasmInstance Instantiate(JsonElement command) => new(_store, Parse(command), Resolve);

    private object? Resolve(Import import) => import.Module == "spectest"
        ? _host!.Find(import.Name)
        : _registered.TryGetValue(import.Module, out var instance) ? instance.Find(import.Name) : null;

    private WasmInstance Instance(JsonElement from) => from.TryGetProperty("module", out var module) ? _named[module.GetString()!]
        : from.TryGetProperty("name", out var name) ? _named[name.GetString()!] : _current!;

    private ulong[] Act(JsonElement action)
    {
        var instance = action.TryGetProperty("module", out var module) ? _named[module.GetString()!] : _current!;
        var found = instance.Find(action.GetProperty("field").GetString()!);
        if (found is Global global)
        {
            return [global.Value];
        }

        var arguments = action.GetProperty("args").EnumerateArray().Select(SpecValue.Bits).ToArray();
        return _store.Invoke((FunctionInstance)found!, arguments);
    }

    private static string? Compare(ulong[] actual, JsonElement expected)
    {
        var values = expected.EnumerateArray().ToArray();
        var matches = values.Length == actual.Length && values.Zip(actual).All(p => SpecValue.Matches(p.First, p.Second));
        return matches ? null : $"expected {expected}, got {string.Join(' ', actual.Select(a => a.ToString("x", null)))}";
    }

    private static string? ExpectTrap(JsonElement command, Action action)
    {
        var text = command.GetProperty("text").GetString()!;
        try
        {
            action();
            return "no trap: " + text;
        }
        catch (TrapException e)
        {
            return text.StartsWith(e.Message, StringComparison.Ordinal) ? null : $"expected {text}, trapped with {e.Message}";
        }
    }

    private static string? ExpectRefusal(JsonElement command, Action action, params WasmFault[] faults)
    {
        var text = command.GetProperty("text").GetString()!;
        try
        {
            action();
            return "not refused: " + text;
        }
        catch (WasmInvalidException e)
        {
            return faults.Contains(e.Fault) ? null : $"expected {text}, refused as {e.Fault}: {e.Message}";
        }
    }
}
