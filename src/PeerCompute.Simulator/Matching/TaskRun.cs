// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Matching;

/// <summary>A task that ran to its end.</summary>
/// <param name="Job">Number of its job in the run.</param>
/// <param name="Task">Its number in the job; it may run more than once.</param>
/// <param name="Worker">The node.</param>
/// <param name="From">When it began, microseconds.</param>
/// <param name="To">When it ended.</param>
/// <param name="PriceMicro">What its worker asks for a task.</param>
internal readonly record struct TaskRun(int Job, int Task, int Worker, long From, long To, ulong PriceMicro);
