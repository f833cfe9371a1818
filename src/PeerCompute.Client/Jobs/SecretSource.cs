// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Client.Jobs;

/// <summary>Where the value of a secret comes from. The value itself is read when the job is handed in, and nowhere kept.</summary>
/// <param name="Name">Name of the program's environment variable.</param>
/// <param name="File">Absolute path of a file, or null.</param>
/// <param name="Variable">Name of a variable in the client's own environment, or null.</param>
public sealed record SecretSource(string Name, string? File, string? Variable)
{
    /// <summary>Reads the value: of a file, all but one line end at its end.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="PeerComputeException">There is none, it is too long or no text; the message names no part of it.</exception>
    public string Read()
    {
        var value = File is null ? Environment.GetEnvironmentVariable(Variable!) : Content(File);
        if (value is null) throw Wrong($"the environment variable {Variable} is not set");
        if (value.Contains('\0', StringComparison.Ordinal)) throw Wrong("the value holds a zero byte; encode it, for example in base64");
        if (Encoding.UTF8.GetByteCount(value) > JobSecrets.ValueBytes) throw Wrong($"the value is longer than {JobSecrets.ValueBytes} bytes");
        return value;
    }

    private string Content(string path)
    {
        try
        {
            using var file = System.IO.File.OpenRead(path);
            // One byte more than fits with a line end shows that it is too long.
            var bytes = new byte[JobSecrets.ValueBytes + 3];
            var text = new UTF8Encoding(false, true).GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
            return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        }
        catch (DecoderFallbackException e)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"secrets.{Name}: {path} is no UTF-8 text; encode it, for example in base64.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"secrets.{Name}: {path} cannot be read: {e.Message}", e);
        }
    }

    private PeerComputeException Wrong(string what) => new(ErrorCode.BadInput, $"secrets.{Name}: {what}.");
}
