// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Native;

namespace PeerCompute.Execution.Tests.Native;

[TestFixture]
internal sealed class ExitWordsTest
{
    [TestCase(1, ExpectedResult = "exit code 1")]
    [TestCase(126, ExpectedResult = "exit code 126: what it tried to start is no program, or may not be started")]
    [TestCase(137, ExpectedResult = "exit code 137: signal 9, SIGKILL")]
    [TestCase(163, ExpectedResult = "exit code 163: signal 35")]
    [TestCase(255, ExpectedResult = "exit code 255")]
    public string An_exit_code_is_said_in_words(int code) => ExitWords.Of(code);
}
