// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Core.Runs;

/// <summary>What a program did wrong in a task, as the task's output says.</summary>
/// <param name="Task">Task index.</param>
/// <param name="Text">For people; not empty.</param>
public sealed record TaskFault(uint Task, string Text);
