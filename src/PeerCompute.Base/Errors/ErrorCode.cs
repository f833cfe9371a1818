// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.Errors;

/// <summary>What kind of thing went wrong; each kind has one exit code of the command line (docs/exit-codes.md).</summary>
public enum ErrorCode
{
    /// <summary>An invariant of ours is broken: a bug. Exit code 70.</summary>
    Internal = 70,

    /// <summary>The command line or a configuration is wrong. Exit code 64.</summary>
    Usage = 64,

    /// <summary>Bytes or a file do not have the promised form. Exit code 65.</summary>
    BadInput = 65,

    /// <summary>A named file, job, peer or blob does not exist. Exit code 66.</summary>
    NotFound = 66,

    /// <summary>The other side cannot be reached or does not answer. Exit code 69.</summary>
    Unavailable = 69,

    /// <summary>The host lacks something: disk, permission, tool. Exit code 71.</summary>
    Host = 71,

    /// <summary>A bound was reached. Exit code 75.</summary>
    LimitExceeded = 75,

    /// <summary>A signature, hash or identity does not match. Exit code 76.</summary>
    NotAuthentic = 76,

    /// <summary>Somebody refused: a policy, a decline, missing rights. Exit code 77.</summary>
    Refused = 77,

    /// <summary>The home is locked, read-only or of a newer version. Exit code 78.</summary>
    Home = 78,

    /// <summary>The job ended without an accepted result. Exit code 2.</summary>
    JobFailed = 2,
}
