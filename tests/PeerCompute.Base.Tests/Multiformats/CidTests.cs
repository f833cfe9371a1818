// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Base.Tests.Multiformats;

public class CidTests
{
    /// <summary>The first as tools of IPFS print it (ipfs add --cid-version 1 --raw-leaves), the second by Python's hashlib and base64.</summary>
    [TestCase(Cid.Raw, "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")]
    [TestCase(Cid.ChunkTree, "bahb2bqibciqlstjhxgju2pqiuuxffv62pwv7vree57rxuu4a52iir55m4lx432i")]
    public void ItIsTheTextThatOtherToolsMake(ulong codec, string text)
        => Assert.That(new Cid(codec, Hash32.Of("hello world"u8)).ToString(), Is.EqualTo(text));
}
