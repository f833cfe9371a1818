// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Api.V1;
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using ExplanationLine = PeerCompute.Api.V1.ExplanationLine;

namespace PeerCompute.Node.Api;

/// <summary>Adverts and explanations as the API shows them.</summary>
internal static class MarketViews
{
    /// <summary>An advert.</summary>
    /// <param name="held">As the book holds it; its status counts.</param>
    /// <param name="nowMs">The wall clock, Unix milliseconds.</param>
    public static AdvertView Of(HeldAdvert held, long nowMs)
    {
        var (has, status) = (held.Capabilities, held.Status.Status);
        var view = new AdvertView
        {
            PeerId = held.Owner.ToString(),
            Architecture = has.Architecture,
            Cores = has.Cores,
            MemoryBytes = has.Limits.MemoryBytes,
            IsolationClass = has.Isolation,
            NativeIsolationClass = has.NativeIsolation,
            DeviceIsolationClass = has.DeviceIsolation,
            Region = has.Region,
            FuelPerSecond = has.Measured(Benchmark.WasmFuel),
            FlopsPerSecond = has.Measured(Benchmark.GpuProduct),
            BytesPerSecond = has.Measured(Benchmark.GpuTriad),
            Price = status.Load.PriceMicro,
            Slots = has.Slots,
            FreeSlots = status.Load.FreeSlots,
            AgeMs = (ulong)Math.Max(0, nowMs - (long)status.Header.TimeMs),
        };
        view.Runtimes.AddRange(has.Runtimes.Select(Words));
        view.Addresses.AddRange(has.Addresses.Select(address => address.WithPeer(held.Owner).ToString()));
        view.Devices.AddRange(has.Devices.Select(static device => new OfferedDevice
        {
            Kind = device.Kind.ToString().ToLowerInvariant(),
            Vendor = device.Vendor,
            Model = device.Model,
            MemoryBytes = device.MemoryBytes,
            Count = device.Count,
            Capability = device.Capability,
        }));
        return view;
    }

    /// <summary>A runtime; that of native programs with the roots that it offers.</summary>
    private static string Words(AdvertRuntime runtime)
        => string.Join(' ', [runtime.Id, .. runtime.Semantics.Select(NativeSemantics.TryParse).OfType<NativeSemantics>().Select(static native => native.Root)]);

    /// <summary>An explanation.</summary>
    public static ExplanationView Of(Explanation explanation)
    {
        var view = new ExplanationView { Seen = (uint)explanation.Seen, Fits = (uint)explanation.Fits };
        view.Lines.AddRange(explanation.Lines.Select(static line => new ExplanationLine
        {
            Requirement = Name(line.Requirement),
            First = (uint)line.First,
            Unmet = (uint)line.Unmet,
            Text = line.Text,
            Repair = line.Repair is not { } repair ? null : new RepairView
            {
                Nearest = repair.Nearest,
                AtNearest = (uint)repair.AtNearest,
                Farthest = repair.Farthest,
                AtFarthest = (uint)repair.AtFarthest,
            },
        }));
        return view;
    }

    /// <summary><c>DeviceMemory</c> as <c>device memory</c>.</summary>
    private static string Name(Requirement requirement)
    {
        var name = new StringBuilder();
        foreach (var letter in requirement.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && name.Length > 0) name.Append(' ');
            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }
}
