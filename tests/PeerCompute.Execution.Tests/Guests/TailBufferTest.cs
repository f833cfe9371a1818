// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Execution.Guests;

namespace PeerCompute.Execution.Tests.Guests;

[TestFixture]
internal sealed class TailBufferTest
{
    [TestCase("", "")]
    [TestCase("abc", "abc")]
    [TestCase("abc defgh", "c defgh")]
    [TestCase("abc defg hijklmnopqrstuvwxyz end", "xyz end")]
    public void It_keeps_the_end_however_the_stream_is_cut(string stream, string kept)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(stream);
        for (int piece = 1; piece <= bytes.Length + 1; piece++)
        {
            var tail = new TailBuffer(7);
            for (int at = 0; at < bytes.Length; at += piece) tail.Add(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
            Assert.That(Encoding.ASCII.GetString(tail.ToArray()), Is.EqualTo(kept), $"pieces of {piece}");
        }
    }
}
