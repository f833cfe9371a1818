// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.BadInput;

/// <summary>Exit codes are a promise: the table is the code's, and <see cref="Tool"/> lets no test see another one.</summary>
public sealed class ExitCodesTest
{
    [Test]
    public void The_table_names_every_kind_of_error_and_no_other()
    {
        var named = ExitCodes.Documented.Where(static row => row.Value.Length > 0).Select(static row => (row.Value, row.Key));
        Assert.That(named, Is.EquivalentTo(Enum.GetValues<ErrorCode>().Select(static code => (code.ToString(), (int)code))));
        var unnamed = ExitCodes.Documented.Where(static row => row.Value.Length == 0).Select(static row => row.Key);
        Assert.That(unnamed, Is.EquivalentTo(new[] { 0, 1, 130, 143 }));
    }
}
