// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Reflection.Emit;

namespace PeerCompute.Wasm.Tests.Compile;

/// <summary>Hears from the runtime which methods of guests it compiles, and whether it optimises them.</summary>
internal sealed class JitListener : EventListener
{
    private const EventKeywords Jit = (EventKeywords)0x10;
    private readonly ConcurrentQueue<(string Space, string Name, uint Flags)> _heard = new();

    /// <summary>Names of the guests' methods that were compiled from the listener's start to now, and whether each was optimised.</summary>
    public SortedDictionary<string, bool> Guests()
    {
        // Events come later, in order: once that of a method of our own is there, so are those before it.
        var last = $"last{Guid.NewGuid():N}";
        var method = new DynamicMethod(last, typeof(void), []);
        method.GetILGenerator().Emit(OpCodes.Ret);
        method.CreateDelegate<Action>()();
        Assert.That(() => _heard.Any(m => m.Name == last), Is.True.After(120_000, 20), "the runtime tells what it compiles");
        var guests = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (_, name, flags) in _heard.Where(m => m.Space == "Code"))
        {
            // Bits 7 to 9: the tier; 1 is without optimisation, though it was asked for, 2 is optimised at once.
            guests[name] = ((flags >> 7) & 7) == 2;
        }

        return guests;
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime") EnableEvents(eventSource, EventLevel.Verbose, Jit);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) != true) return;
        object? value(string name) => eventData.Payload![eventData.PayloadNames!.IndexOf(name)];
        var flags = Convert.ToUInt32(value("MethodFlags"), CultureInfo.InvariantCulture);
        _heard.Enqueue(((string)value("MethodNamespace")!, (string)value("MethodName")!, flags));
    }
}
