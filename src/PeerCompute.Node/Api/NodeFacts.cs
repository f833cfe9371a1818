// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;

namespace PeerCompute.Node.Api;

/// <summary>What does not change in one life.</summary>
/// <param name="Self">Who the node is.</param>
/// <param name="Home">Its folder.</param>
/// <param name="Receipts">Folder of receipts.</param>
/// <param name="Incarnation">Its incarnation as text.</param>
/// <param name="Isolation">Isolation class of WebAssembly programs.</param>
/// <param name="NativeIsolation">Isolation class of native programs.</param>
/// <param name="Agent">Software and version.</param>
/// <param name="Network">Id of its network.</param>
/// <param name="Light">Listens on nothing and takes no work.</param>
internal sealed record NodeFacts(
    PeerId Self, string Home, string Receipts, string Incarnation, string Isolation, string NativeIsolation, string Agent, string Network, bool Light);
