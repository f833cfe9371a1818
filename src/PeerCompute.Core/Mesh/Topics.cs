// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Core.Mesh;

/// <summary>Names of gossip topics.</summary>
public static class Topics
{
    /// <summary>Class of WebAssembly programs, and their runtime in adverts.</summary>
    public const string Wasm = "wasm";

    /// <summary>Class of native programs, and their runtime in adverts. Their offers are not gossiped: workers are few, and found by their adverts.</summary>
    public const string Native = "native";

    private const string Prefix = "/peercompute/1/offers/";

    /// <summary>Offers of a class.</summary>
    /// <param name="class">For example <c>wasm</c>.</param>
    /// <returns>The topic.</returns>
    public static string Offers(string @class) => Prefix + @class;

    /// <summary>Whether a topic is one of ours: nothing is kept of others.</summary>
    /// <param name="topic">Its name.</param>
    /// <returns>True for the classes of this version.</returns>
    public static bool Known(string topic) => topic == Offers(Wasm);
}
