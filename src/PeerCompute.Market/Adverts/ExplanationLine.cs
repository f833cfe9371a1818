// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Market.Adverts;

/// <summary>One requirement in an explanation.</summary>
/// <param name="Requirement">Which.</param>
/// <param name="First">Adverts of which it is the first unmet one: these counts and those that fit add up to all that were seen.</param>
/// <param name="Unmet">Adverts that do not meet it, whatever else they lack.</param>
/// <param name="Repair">What makes adverts fit that lack nothing else; null where there are none, or nothing the asker can do.</param>
/// <param name="Text">For people: what is needed, and the repair in words.</param>
public sealed record ExplanationLine(Requirement Requirement, int First, int Unmet, Repair? Repair, string Text);
