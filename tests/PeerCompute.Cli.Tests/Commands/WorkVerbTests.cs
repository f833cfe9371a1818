// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Cli.Tests.Durability;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>Both sides show where a job stands, and the same head.</summary>
public class WorkVerbTests
{
    [Test]
    public async Task TheWorkerShowsTheHeadsThatTheClientShows()
    {
        await using var pair = new Pair();
        await pair.StartAsync();
        var job = await pair.SubmitAsync(8, 2);
        await pair.AcceptedAsync(job, "for its heads");
        var issued = (await pair.Client.Client.ShowAsync(job, CancellationToken.None)).Leases;
        using var tool = new Tool();
        var work = (await tool.RunAsync("work", "--home", pair.Worker.Home, "--json")).Json.AsArray();
        var shown = work.Select(static w => (w!["leaseId"]!.GetValue<string>(), w["head"]!.GetValue<string>(), w["state"]!.GetValue<string>()));
        var expected = issued.Select(static l => (Convert.ToHexStringLower(l.LeaseId.Span), l.Head, "accepted"));
        Assert.That(shown, Is.EquivalentTo(expected));
        Assert.That((await tool.RunAsync("work", "--home", pair.Worker.Home)).Output, Does.Contain("issuer").And.Contain("head"));
    }
}
