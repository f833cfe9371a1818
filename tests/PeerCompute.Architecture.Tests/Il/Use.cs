// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Architecture.Tests.Il;

/// <summary>One thing that a member of an assembly uses: a type (<c>System.Guid</c>), a member (<c>System.Guid::NewGuid</c>) or <c>il:conv.r8</c>.</summary>
internal readonly record struct Use(string Namespace, string User, string Used)
{
    public override string ToString() => $"{User} uses {Used}";
}
