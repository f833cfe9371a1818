// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Invites;

/// <summary>What is wrong with an invite line.</summary>
public enum InviteFault
{
    /// <summary>It is something else.</summary>
    NotAnInvite = 1,

    /// <summary>It is of a version that this program does not read.</summary>
    OtherVersion = 2,

    /// <summary>Its end is missing.</summary>
    CutShort = 3,

    /// <summary>A character of it is not the one that was written.</summary>
    Mistyped = 4,

    /// <summary>It is whole, and says nothing that an invite may say.</summary>
    Malformed = 5,

    /// <summary>Who it names did not sign it.</summary>
    NotAuthentic = 6,
}
