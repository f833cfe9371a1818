// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Supervising;

/// <summary>Why the supervisor does not do what it was told.</summary>
/// <param name="Code">As the caller shall see it.</param>
/// <param name="Text">In words.</param>
internal sealed record FaultMessage(ErrorCode Code, string Text);
