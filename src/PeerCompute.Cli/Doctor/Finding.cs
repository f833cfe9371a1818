// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Cli.Doctor;

/// <summary>One thing that was looked at.</summary>
/// <param name="Section">What it belongs to, one word.</param>
/// <param name="Well">Whether it is as it should be.</param>
/// <param name="What">What was found, one line.</param>
/// <param name="Mend">What to do about it, one line; empty where nothing needs doing, or where <paramref name="What"/> says it already.</param>
internal sealed record Finding(string Section, bool Well, string What, string Mend = "");
