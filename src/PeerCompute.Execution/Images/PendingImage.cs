// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Images;

/// <summary>An image that a job wants and that its owner has not decided on.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="WantedBy">Peer id of who has the job.</param>
/// <param name="At">When it was wanted last.</param>
public sealed record PendingImage(string Digest, string WantedBy, DateTimeOffset At)
{
    /// <summary>Most that are kept: strangers make them. The oldest gives way.</summary>
    public const int Most = 64;

    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>The file's content.</summary>
    internal static byte[] ToBytes(IReadOnlyList<PendingImage> all) => JsonSerializer.SerializeToUtf8Bytes(all, Form);

    /// <summary>Reads the file.</summary>
    /// <param name="bytes">Its content.</param>
    /// <param name="path">Its path, for messages.</param>
    internal static IReadOnlyList<PendingImage> FromBytes(ReadOnlySpan<byte> bytes, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<PendingImage[]>(bytes, Form) ?? [];
        }
        catch (JsonException damaged)
        {
            throw new PeerComputeException(ErrorCode.Home, $"{path} is damaged: delete it, and jobs ask again", damaged);
        }
    }
}
