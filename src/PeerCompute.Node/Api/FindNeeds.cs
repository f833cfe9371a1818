// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using Needs = PeerCompute.Market.Adverts.Needs;

namespace PeerCompute.Node.Api;

/// <summary>What somebody who looks for workers asks for, checked.</summary>
internal static class FindNeeds
{
    private const int WorkersMost = 256;
    private const int RegionsMost = 16;

    /// <summary>The needs, and how many workers suffice.</summary>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: names the field and what it may be.</exception>
    public static (Needs Needs, int Wanted) Of(FindRequest request)
    {
        if (request.Runtime.Length > WireLimits.LabelBytes) throw Wrong("runtime", $"is longer than {WireLimits.LabelBytes} characters");
        if (request.Regions.Count > RegionsMost) throw Wrong("regions", $"are more than {RegionsMost}");
        foreach (var region in request.Regions)
        {
            if (region is 0 or > WireLimits.Region) throw Wrong("regions", $"holds {region}: a UN M49 number is from 1 to {WireLimits.Region}");
        }

        if (request.Isolation.Length > 0 && IsolationRank.Needed(request.Isolation) == uint.MaxValue)
        {
            var known = string.Join(", ", Enumerable.Range(0, IsolationRank.Count).Select(static rank => IsolationRank.Name((uint)rank)));
            throw Wrong("isolation", $"is \"{request.Isolation}\": write one of {known}");
        }

        if (request.HasPriceCeiling && request.PriceCeiling > WireLimits.PriceMicro) throw Wrong("price_ceiling", $"must be at most {WireLimits.PriceMicro}");
        if (request.Limit > WorkersMost) throw Wrong("limit", $"must be from 1 to {WorkersMost}");
        var needs = new Needs
        {
            Runtime = request.Runtime,
            Device = Kind(request),
            DeviceMemoryBytes = request.DeviceMemoryBytes,
            Isolation = request.Isolation,
            Regions = [.. request.Regions],
            Cores = request.Cores,
            MemoryBytes = request.MemoryBytes,
            Fuel = request.Fuel,
            WallMs = request.WallMs,
            FuelPerSecond = request.FuelPerSecond,
            FreeSlots = request.FreeSlots,
            PriceCeilingMicro = request.HasPriceCeiling ? request.PriceCeiling : ulong.MaxValue,
        };
        return (needs, request.Limit == 0 ? WorkersMost : (int)request.Limit);
    }

    private static DeviceKind? Kind(FindRequest request) => request.Device switch
    {
        "gpu" => DeviceKind.Gpu,
        "accelerator" => DeviceKind.Accelerator,
        "" => request.DeviceMemoryBytes > 0 ? DeviceKind.Gpu : null,
        _ => throw Wrong("device", $"is \"{request.Device}\": write gpu or accelerator"),
    };

    private static PeerComputeException Wrong(string field, string what) => new(ErrorCode.BadInput, $"{field} {what}.");
}
