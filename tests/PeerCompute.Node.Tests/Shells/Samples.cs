// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Api.V1;

namespace PeerCompute.Node.Tests.Shells;

/// <summary>The programs of docs/samples, as jobs.</summary>
internal static class Samples
{
    public static JobSubmission Job(ByteString module, TestNode worker, uint tasks = 1) => new()
    {
        Name = "test",
        ModuleSha256 = module,
        Tasks = tasks,
        Limits = new TaskLimits { MemoryBytes = 64 << 20, Fuel = 400_000_000, WallMs = 60_000, OutputBytes = 1 << 20 },
        Placement = new Placement { Workers = { worker.Shell.Addresses[0] } },
        Verification = new Verification { By = "issuer" },
        DeadlineMs = 600_000,
        PriceCeiling = 10_000,
    };

    public static byte[] Read(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "docs/samples", file);
            if (File.Exists(path)) return File.ReadAllBytes(path);
        }

        throw new FileNotFoundException("the samples are read from the source tree: run these tests inside a clone", file);
    }
}
