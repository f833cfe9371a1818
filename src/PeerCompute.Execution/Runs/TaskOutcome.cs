// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Runs;

/// <summary>Whose doing the end of a task is.</summary>
public enum TaskOutcome
{
    /// <summary>The task has its outputs.</summary>
    Ok,

    /// <summary>The job is to blame: another host would see the same.</summary>
    JobFault,

    /// <summary>This host is to blame: the task may be run again, here or elsewhere.</summary>
    HostFault,
}
