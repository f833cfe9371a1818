// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Market.Adverts;

namespace PeerCompute.Core.Views;

/// <summary>Why so many, so few or no workers fit a job, by the adverts that the node has seen.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Seen">Adverts seen.</param>
/// <param name="Fits">Those that meet every requirement.</param>
/// <param name="Lines">One line for each requirement that some advert does not meet; first ones and those that fit add up to those seen.</param>
/// <param name="Workers">Workers that the job has to do with, and what came of each, for people.</param>
public sealed record JobExplanation(Hash32 JobId, int Seen, int Fits, ImmutableArray<ExplanationLine> Lines, ImmutableArray<string> Workers);
