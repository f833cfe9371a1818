// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Api.V1;

namespace PeerCompute.Client.Tests;

/// <summary>Whole views from changes.</summary>
public sealed class JobViewsTests
{
    [Test]
    public void Changes_replace_tasks_by_index_and_leases_by_id()
    {
        var whole = JobViews.Merge(null, new JobView
        {
            State = JobState.Running,
            Tasks = { Task(0, TaskState.Pending), Task(1, TaskState.Pending) },
            Leases = { Lease("a", LeaseState.Awarded) },
        });
        var now = JobViews.Merge(whole, new JobView
        {
            State = JobState.Accepted,
            Tasks = { Task(1, TaskState.Accepted) },
            Leases = { Lease("b", LeaseState.Awarded), Lease("a", LeaseState.Accepted) },
        });
        Assert.Multiple(() =>
        {
            Assert.That(now.Tasks, Is.EqualTo(new[] { Task(0, TaskState.Pending), Task(1, TaskState.Accepted) }));
            Assert.That(now.Leases, Is.EqualTo(new[] { Lease("a", LeaseState.Accepted), Lease("b", LeaseState.Awarded) }));
            Assert.That((whole.HasEnded(), now.HasEnded()), Is.EqualTo((false, true)));
        });
    }

    private static TaskView Task(uint index, TaskState state) => new() { Index = index, State = state };

    private static LeaseView Lease(string id, LeaseState state) => new() { LeaseId = ByteString.CopyFromUtf8(id), State = state };
}
