// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Client;
using PeerCompute.Client.Jobs;
using PeerCompute.Client.Results;
using PeerCompute.Trust.Receipts;

namespace PeerCompute.Cli.Demo;

/// <summary>One job of the demo: every task on two workers, one task to a lease.</summary>
internal sealed class DemoJob
{
    /// <summary>Workers that give an equal output for each task.</summary>
    public const uint Replicas = 2;

    private const ulong DeadlineMs = 240_000;

    private JobSubmission? _submission;
    private Hash32 _id;

    /// <summary>A job.</summary>
    /// <param name="file">As its file says.</param>
    /// <param name="mostFuel">Most fuel of one replica of all its tasks; null where nobody said.</param>
    public DemoJob(JobFile file, long? mostFuel)
    {
        MostFuel = mostFuel;
        File = file with
        {
            Placement = new JobPlacement([], 0, 1, DemoPlan.Workers),
            Verification = new JobVerification("replicas", Replicas),
            DeadlineMs = DeadlineMs,
        };
    }

    /// <summary>As it is posted.</summary>
    public JobFile File { get; }

    /// <summary>Most fuel of one replica of all its tasks.</summary>
    public long? MostFuel { get; }

    /// <summary>Its name.</summary>
    public string Name => File.Name;

    /// <summary>As the client last told it.</summary>
    public JobView? View { get; private set; }

    /// <summary>Its results, once saved.</summary>
    public JobResults Results { get; private set; } = null!;

    /// <summary>What its receipt says, once saved.</summary>
    public ReceiptReport Receipt { get; private set; } = null!;

    /// <summary>What its receipt says of each task of each lease, once saved.</summary>
    public IReadOnlyList<WorkedTask> Worked { get; private set; } = [];

    /// <summary>Tasks accepted so far.</summary>
    public uint Accepted => View?.Counts?.Accepted ?? 0;

    /// <summary>Uploads module and inputs.</summary>
    public async Task UploadAsync(PeerComputeClient client, CancellationToken cancellationToken) =>
        _submission = await JobUpload.UploadAsync(client, File, [], cancellationToken);

    /// <summary>Posts it.</summary>
    public async Task PostAsync(PeerComputeClient client, CancellationToken cancellationToken) =>
        _id = await client.SubmitAsync(_submission!, cancellationToken);

    /// <summary>Follows it to its end.</summary>
    public async Task FollowAsync(PeerComputeClient client, CancellationToken cancellationToken)
    {
        await foreach (var view in client.WatchAsync(_id, cancellationToken)) View = view;
    }

    /// <summary>Saves results and receipt, and reads the receipt.</summary>
    /// <param name="client">The node that has the job.</param>
    /// <param name="folder">Where they go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="PeerComputeException">The job was not done.</exception>
    public async Task SaveAsync(PeerComputeClient client, string folder, CancellationToken cancellationToken)
    {
        if (View?.State != JobState.Accepted)
        {
            var state = View is null ? "was never seen" : Output.Views.Word(View.State) + Output.Tables.Why(View);
            throw new PeerComputeException(ErrorCode.JobFailed, $"{Name} ended {state}");
        }

        Results = await JobResults.SaveAsync(client, View, folder, cancellationToken);
        if (Results.Receipt is null) throw new PeerComputeException(ErrorCode.JobFailed, $"{Name} has no receipt");
        Receipt = ReceiptCheck.Verify(await System.IO.File.ReadAllBytesAsync(Results.Receipt, cancellationToken));
        Worked = Receipt.Receipt is null ? [] : WorkedTask.Of(Name, Receipt.Receipt);
    }
}
