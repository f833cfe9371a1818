// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using PeerCompute.Api.V1;

namespace PeerCompute.Cli.Output;

/// <summary>The API's views as JSON: names in camel case, hashes and ids as hexadecimal text, states as lower-case words.</summary>
internal static class Views
{
    /// <summary>A node.</summary>
    public static JsonObject Node(NodeView node) => new()
    {
        ["peerId"] = node.PeerId,
        ["running"] = true,
        ["home"] = node.Home,
        ["network"] = node.Network,
        ["listen"] = Texts(node.Listen),
        ["agent"] = node.Agent,
        ["uptimeMs"] = node.UptimeMs,
        ["isolation"] = node.IsolationClass,
        ["nativeIsolation"] = node.NativeIsolationClass,
        ["incarnation"] = node.Incarnation,
        ["light"] = node.Light,
        ["mesh"] = Mesh(node.Mesh),
        ["counters"] = new JsonObject(node.Counters.Select(c => KeyValuePair.Create(c.Name, (JsonNode?)c.Value))),
    };

    /// <summary>A node among its peers.</summary>
    public static JsonObject Mesh(MeshFacts mesh) => new()
    {
        ["connected"] = mesh.Connected,
        ["contacts"] = mesh.Contacts,
        ["providerRecords"] = mesh.ProviderRecords,
        ["buckets"] = mesh.Buckets,
        ["mesh"] = mesh.Mesh,
        ["adverts"] = mesh.Adverts,
        ["remembered"] = mesh.Remembered,
    };

    /// <summary>A peer.</summary>
    public static JsonObject Peer(PeerView peer) => new()
    {
        ["peerId"] = peer.PeerId,
        ["address"] = peer.Address,
        ["agent"] = peer.Agent,
        ["inbound"] = peer.Inbound,
        ["connectedMs"] = peer.ConnectedMs,
        ["rttUs"] = peer.RttUs,
    };

    /// <summary>A device.</summary>
    public static JsonObject Device(DeviceView device) => new()
    {
        ["id"] = device.Id,
        ["kind"] = device.Kind,
        ["name"] = device.Name,
        ["cores"] = device.Cores,
        ["memoryBytes"] = device.MemoryBytes,
        ["runtimes"] = Texts(device.Runtimes),
        ["fuelPerSecond"] = device.FuelPerSecond,
        ["flopsPerSecond"] = device.FlopsPerSecond,
        ["bytesPerSecond"] = device.BytesPerSecond,
        ["linkToPerSecond"] = device.LinkToPerSecond,
        ["linkFromPerSecond"] = device.LinkFromPerSecond,
        ["note"] = device.Note,
    };

    /// <summary>A job with its tasks and leases.</summary>
    public static JsonObject Job(JobView job)
    {
        var json = JobLine(job);
        json["tasks"] = new JsonArray([.. job.Tasks.Select(Task)]);
        json["leases"] = new JsonArray([.. job.Leases.Select(Lease)]);
        return json;
    }

    /// <summary>A lease on the worker's side.</summary>
    public static JsonObject Work(WorkView work)
    {
        var json = Lease(work.Lease);
        json["jobId"] = Hex(work.JobId);
        json["issuer"] = work.Issuer;
        json["dueMicro"] = work.Due;
        json["text"] = work.Text;
        return json;
    }

    /// <summary>Until when the results of a job can be had, in UTC; or that they were collected, or are gone.</summary>
    public static string CollectBefore(JobView job) => job.CollectBeforeMs == 0 || (job.Counts?.Accepted ?? 0) == 0 ? ""
        : job.Swept ? "gone"
        : job.Collected ? "collected"
        : DateTimeOffset.FromUnixTimeMilliseconds((long)job.CollectBeforeMs).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A job without tasks and leases.</summary>
    public static JsonObject JobLine(JobView job) => new()
    {
        ["jobId"] = Hex(job.JobId),
        ["name"] = job.Name,
        ["state"] = Word(job.State),
        ["failure"] = job.Failure is not { } f ? null : new JsonObject { ["code"] = f.Code, ["cause"] = f.Cause, ["remedy"] = f.Remedy },
        ["waitsFor"] = job.WaitsFor,
        ["submittedMs"] = job.SubmittedMs,
        ["elapsedMs"] = job.ElapsedMs,
        ["priceMicro"] = job.Price,
        ["receiptPath"] = job.ReceiptPath,
        ["collectBeforeMs"] = job.CollectBeforeMs,
        ["collected"] = job.Collected,
        ["swept"] = job.Swept,
        ["counts"] = new JsonObject
        {
            ["total"] = job.Counts?.Total ?? 0,
            ["pending"] = job.Counts?.Pending ?? 0,
            ["running"] = job.Counts?.Running ?? 0,
            ["confirming"] = job.Counts?.Confirming ?? 0,
            ["accepted"] = job.Counts?.Accepted ?? 0,
            ["failed"] = job.Counts?.Failed ?? 0,
        },
    };

    /// <summary>Bytes as hexadecimal text.</summary>
    public static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    /// <summary>A state as a lower-case word.</summary>
    public static string Word<T>(T state)
        where T : struct, Enum => state.ToString().ToLowerInvariant();

    /// <summary>Milliseconds as seconds.</summary>
    public static string Seconds(ulong ms) => string.Create(CultureInfo.InvariantCulture, $"{ms / 1000}.{ms % 1000 / 10:D2}");

    private static JsonObject Task(TaskView task) => new()
    {
        ["index"] = task.Index,
        ["state"] = Word(task.State),
        ["worker"] = task.Worker,
        ["leaseId"] = Hex(task.LeaseId),
        ["slot"] = task.Slot,
        ["fuel"] = task.Fuel,
        ["fetchMs"] = task.FetchMs,
        ["runMs"] = task.RunMs,
        ["cpuMs"] = task.CpuMs,
        ["peakMemoryBytes"] = task.PeakMemoryBytes,
        ["bytesIn"] = task.BytesIn,
        ["bytesOut"] = task.BytesOut,
        ["confirmMs"] = task.ConfirmMs,
        ["outputSha256"] = Hex(task.OutputSha256),
        ["outputCid"] = task.OutputCid,
        ["error"] = task.Error,
    };

    private static JsonObject Lease(LeaseView lease) => new()
    {
        ["leaseId"] = Hex(lease.LeaseId),
        ["worker"] = lease.Worker,
        ["first"] = lease.First,
        ["count"] = lease.Count,
        ["slot"] = lease.Slot,
        ["drawnFrom"] = Hex(lease.DrawnFrom),
        ["rejected"] = lease.Rejected,
        ["keeps"] = lease.Keeps,
        ["state"] = Word(lease.State),
        ["head"] = lease.Head,
        ["priceMicro"] = lease.Price,
        ["incarnation"] = lease.Incarnation,
        ["live"] = lease.Live is { } live ? LiveWords.Json(live) : null,
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode?)t)]);
}
