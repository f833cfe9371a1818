// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Tests;

/// <summary>What of other packages a test needs: absent, the test is ignored and says so; where everything is installed (CI) it fails.</summary>
internal static class Needed
{
    /// <summary>Goes on only if something is there.</summary>
    /// <param name="there">Whether it is.</param>
    /// <param name="what">What, and what is not proven without it.</param>
    public static void If(bool there, string what)
    {
        if (there) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(what);
        Assert.Ignore(what);
    }
}
