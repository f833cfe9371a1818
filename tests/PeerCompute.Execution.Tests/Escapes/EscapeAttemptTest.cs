// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Escapes;
using PeerCompute.Execution.Protocol;

namespace PeerCompute.Execution.Tests.Escapes;

[TestFixture]
internal sealed class EscapeAttemptTest
{
    [TestCase(EscapeKind.InetSocket, "", 1, 0, true, "open an INET socket: stopped by filter of system calls (EPERM)")]
    [TestCase(EscapeKind.InetSocket, "", 97, 0, false, "open an INET socket: stopped by the kernel (EAFNOSUPPORT)")]
    [TestCase(EscapeKind.Fork, "", 11, 12, false, "fork without end: stopped by bound of processes (EAGAIN), after 12 processes")]
    [TestCase(EscapeKind.Fork, "", 0, 64, false, "fork without end: not stopped here, after 64 processes")]
    [TestCase(EscapeKind.HostFile, "/a", 13, 0, true, "open /a: stopped by permissions of the file (EACCES)")]
    [TestCase(EscapeKind.HostFile, "/a", 0, 0, true, "open /a: not stopped here")]
    [TestCase(EscapeKind.NodeMemory, "7", 13, 0, true, "open the node's memory, /proc/7/mem: stopped by the kernel's rules for debuggers (EACCES)")]
    [TestCase(EscapeKind.Signal, "7", 3, 0, false, "signal the node, process 7: stopped by process namespace: no such process (ESRCH)")]
    [TestCase(EscapeKind.Signal, "7", 1, 0, false, "signal the node, process 7: stopped by the kernel (EPERM)")]
    [TestCase((EscapeKind)99, "", 200, 0, false, "something unknown: stopped by the kernel (errno 200)")]
    public void One_line_says_what_was_tried_which_wall_and_which_error(EscapeKind kind, string target, int errno, int made, bool filter, string line) =>
        Assert.That(new EscapeAttempt(kind, target, errno, made, filter).ToString(), Is.EqualTo(line));

    [Test]
    public void Attempts_come_back_as_they_were()
    {
        EscapeAttempt[] attempts = [new(EscapeKind.HostFile, "/etc/passwd", 2, 0, true), new(EscapeKind.Fork, "", 0, 64, false)];
        Assert.That(EscapesMessage.Decode(new EscapesMessage { Attempts = attempts }.Encode()).Attempts, Is.EqualTo(attempts));
    }

    [Test]
    public void A_child_cannot_report_without_bound()
    {
        var attempt = new EscapeAttempt(EscapeKind.HostFile, "/a", 2, 0, true);
        var many = new EscapesMessage { Attempts = [.. Enumerable.Repeat(attempt, EscapesMessage.MostAttempts + 1)] };
        var large = new EscapesMessage { Attempts = [attempt with { Target = new string('a', 1 << 16) }] };
        Assert.Multiple(() =>
        {
            Assert.That(() => EscapesMessage.Decode(many.Encode()), Throws.TypeOf<WireException>());
            Assert.That(() => EscapesMessage.Decode(large.Encode()), Throws.TypeOf<WireException>());
            Assert.That(() => EscapesMessage.Decode([0x10, 1]), Throws.TypeOf<WireException>());
        });
    }
}
