// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.Tests.Crypto;

/// <summary>The vectors of the certificate-transparency reference implementation, and properties over all small trees.</summary>
public sealed class MerkleTreeTests
{
    private static readonly string[] Contents = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    private static Hash32[] Published => [.. Contents.Select(content => MerkleTree.Leaf(Vectors.Hex(content)))];

    [Test]
    public void RootsAreThePublishedOnes()
    {
        Assert.That(MerkleTree.Root([]).ToString(), Is.EqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        for (var count = 1; count <= Roots.Length; count++)
        {
            Assert.That(MerkleTree.Root(Published.AsSpan(0, count)).ToString(), Is.EqualTo(Roots[count - 1]), $"{count} leaves");
        }
    }

    [Test]
    public void TheProofOfTheSixthOfEightLeavesIsThePublishedOne()
    {
        var proof = MerkleTree.Proof(Published, 5);
        Assert.That(proof.Select(hash => hash.ToString()), Is.EqualTo(new[]
        {
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        }));
        Assert.That(MerkleTree.VerifyProof(Hash32.Parse(Roots[7]), Published[5], 5, 8, proof));
    }

    [Test]
    public void AProofHoldsForItsLeafPlaceAndTreeOnly()
    {
        for (var count = 1; count <= 20; count++)
        {
            var leaves = Enumerable.Range(0, count).Select(i => MerkleTree.Leaf([(byte)i])).ToArray();
            var root = MerkleTree.Root(leaves);
            for (var index = 0; index < count; index++)
            {
                var proof = MerkleTree.Proof(leaves, index);
                Assert.That(MerkleTree.VerifyProof(root, leaves[index], index, count, proof), $"{index} of {count}");
                Assert.That(MerkleTree.VerifyProof(root, MerkleTree.Leaf([99]), index, count, proof), Is.False);
                Assert.That(MerkleTree.VerifyProof(root, leaves[index], index, count, [.. proof, root]), Is.False);
                Assert.That(MerkleTree.VerifyProof(MerkleTree.Leaf([]), leaves[index], index, count, proof), Is.False);
                if (proof.Length > 0) Assert.That(MerkleTree.VerifyProof(root, leaves[index], index, count, proof.AsSpan(1)), Is.False);
                for (var other = 0; other < count; other++)
                {
                    if (other != index) Assert.That(MerkleTree.VerifyProof(root, leaves[index], other, count, proof), Is.False);
                }
            }
        }
    }

    [Test]
    public void NonsensePlacesAreRefusedWithoutAnException()
    {
        foreach (var (index, count) in new[] { (-1, 8), (8, 8), (0, 0), (0, -1), (int.MaxValue, int.MaxValue), (int.MinValue, 1) })
        {
            Assert.That(MerkleTree.VerifyProof(Hash32.Parse(Roots[7]), Published[0], index, count, MerkleTree.Proof(Published, 0)), Is.False);
        }
    }

    [Test]
    public void ANodeIsNoLeaf()
    {
        // The root of two leaves, given as one leaf's content, has another hash: prefixes keep the levels apart.
        byte[] joined = [.. Published[0].ToArray(), .. Published[1].ToArray()];
        Assert.That(MerkleTree.Leaf(joined), Is.Not.EqualTo(MerkleTree.Root(Published.AsSpan(0, 2))));
    }
}
