// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Messages;

namespace PeerCompute.Simulator.Network;

/// <summary>A message on its way.</summary>
internal sealed record Parcel(Link Link, int From, PeerMessage Message);
