// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Node.Journals;

namespace PeerCompute.Node.Tests.Loops;

/// <summary>A journal whose disk answers when the test says.</summary>
internal sealed class SlowJournal : IJournal
{
    private Action<long> _durable = static _ => { };
    private Action<PeerComputeException> _failed = static _ => { };
    private long _onDisk;
    private long _last;

    public long Last => Interlocked.Read(ref _last);

    public int Pending => (int)(Last - Interlocked.Read(ref _onDisk));

    public long Append(byte[] body) => Interlocked.Increment(ref _last);

    public void Start(Action<long> durable, Action<PeerComputeException> failed) => (_durable, _failed) = (durable, failed);

    public void Flush(long upTo)
    {
        Interlocked.Exchange(ref _onDisk, upTo);
        _durable(upTo);
    }

    public void Break(PeerComputeException cause) => _failed(cause);
}
