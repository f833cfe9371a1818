// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;

namespace PeerCompute.Libp2p.Multistream;

/// <summary>
/// Multistream-select 1.0 (libp2p/specs connections/README.md) as a machine for either side. It asks for exactly the bytes it needs
/// (<see cref="Wanted"/>), so nothing behind the accepted token is ever taken from the application.
/// </summary>
public sealed class Negotiation
{
    /// <summary>The first token of both sides.</summary>
    public const string Header = "/multistream/1.0.0";

    /// <summary>Longest token in bytes, its newline included.</summary>
    public const int LongestToken = 1024;

    /// <summary>Proposals that a listener refuses before it gives up.</summary>
    public const int MostRefusals = 16;

    private const string NotAvailable = "na";
    private readonly IReadOnlyList<string>? _proposals;
    private readonly Func<string, bool>? _supports;
    private readonly List<byte> _output = [];
    private readonly byte[] _token = new byte[LongestToken];
    private int _have;
    private int _length = -1;
    private int _round;
    private bool _sawHeader;

    private Negotiation(IReadOnlyList<string>? proposals, Func<string, bool>? supports)
    {
        _proposals = proposals;
        _supports = supports;
        if (proposals is null) return;
        Invariant.Check(proposals.Count > 0, "a dialer proposes something");
        Append(_output, Header);
        Append(_output, proposals[0]);
    }

    /// <summary>The agreed protocol, null until <see cref="IsDone"/> or when there is none.</summary>
    public string? Protocol { get; private set; }

    /// <summary>True when it ended: with a <see cref="Protocol"/>, or without one after every proposal was refused.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Most bytes to hand to <see cref="Receive"/> next; 0 when done.</summary>
    public int Wanted => IsDone ? 0 : _length < 0 ? 1 : _length - _have;

    /// <summary>The proposing side. Header and first proposal leave in one flight.</summary>
    /// <param name="protocols">Proposals in order, at least one.</param>
    /// <returns>The machine.</returns>
    public static Negotiation Dial(params IReadOnlyList<string> protocols) => new(protocols, null);

    /// <summary>The answering side.</summary>
    /// <param name="supports">Whether a protocol is spoken here.</param>
    /// <returns>The machine.</returns>
    public static Negotiation Listen(Func<string, bool> supports) => new(null, supports);

    /// <summary>One token as bytes: length, text, newline.</summary>
    /// <param name="token">The text.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Encode(string token)
    {
        var bytes = new List<byte>();
        Append(bytes, token);
        return bytes.ToArray();
    }

    /// <summary>Takes what is to be sent.</summary>
    /// <returns>The bytes; empty when there are none.</returns>
    public byte[] TakeOutput()
    {
        var bytes = _output.ToArray();
        _output.Clear();
        return bytes;
    }

    /// <summary>Takes bytes of the other side.</summary>
    /// <param name="bytes">At most <see cref="Wanted"/> bytes.</param>
    /// <exception cref="WireException">A token that is too long or malformed, another header, an answer that was not proposed, too many refusals.</exception>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        Invariant.Check(bytes.Length <= Wanted, "no byte more than wanted");
        if (bytes.IsEmpty) return;
        bytes.CopyTo(_token.AsSpan(_have));
        _have += bytes.Length;
        if (_length < 0)
        {
            if (!Varint.TryRead(_token.AsSpan(0, _have), out var length, out _)) return;
            if (length is 0 or > LongestToken) throw new WireException("multistream token", $"{length} bytes, limit {LongestToken}");
            _length = (int)length;
            _have = 0;
        }
        else if (_have == _length)
        {
            if (_token[_length - 1] != '\n') throw new WireException("multistream token", "does not end with a newline");
            var token = Encoding.UTF8.GetString(_token, 0, _length - 1);
            _length = -1;
            _have = 0;
            Token(token);
        }
    }

    private static void Append(List<byte> output, string token)
    {
        var text = Encoding.UTF8.GetBytes(token);
        Invariant.Check(text.Length < LongestToken, "protocol names are shorter than a token");
        Span<byte> length = stackalloc byte[Varint.MaxLength];
        output.AddRange(length[..Varint.Write(length, (ulong)text.Length + 1)]);
        output.AddRange(text);
        output.Add((byte)'\n');
    }

    private void Token(string token)
    {
        if (!_sawHeader)
        {
            if (token != Header) throw new WireException("multistream header", "another version");
            _sawHeader = true;
            if (_proposals is null) Append(_output, Header);
            return;
        }

        if (_proposals is null) Proposed(token);
        else Answered(token, _proposals);
    }

    private void Proposed(string token)
    {
        if (_supports!(token))
        {
            Append(_output, token);
            Done(token);
            return;
        }

        if (++_round > MostRefusals) throw new WireException("multistream proposal", $"more than {MostRefusals} unknown protocols");
        Append(_output, NotAvailable);
    }

    private void Answered(string token, IReadOnlyList<string> proposals)
    {
        if (token == proposals[_round])
        {
            Done(token);
            return;
        }

        if (token != NotAvailable) throw new WireException("multistream answer", "neither the proposal nor a refusal");
        _round++;
        if (_round == proposals.Count) Done(null);
        else Append(_output, proposals[_round]);
    }

    private void Done(string? protocol)
    {
        Protocol = protocol;
        IsDone = true;
    }
}
