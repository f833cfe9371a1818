// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Trust.Receipts;

/// <summary>Something in a receipt that does not hold.</summary>
/// <param name="Field">The field, for example <c>receipt.task[3].fuel</c>.</param>
/// <param name="Offset">Byte offset in the file where known, else -1.</param>
/// <param name="Text">What is wrong, for people.</param>
public sealed record ReceiptProblem(string Field, int Offset, string Text);
