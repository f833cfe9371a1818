// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;

namespace PeerCompute.Simulator.Lanes;

/// <summary>
/// Threads that work on lanes side by side, window by window: a window ends before anything that one lane does in it can arrive in another one (conservative
/// synchronisation; Chandy and Misra 1979, Nicol 1993). The first lane is the caller's own.
/// </summary>
internal sealed class LaneCrew : IDisposable
{
    private readonly Lane[] _lanes;
    private readonly Action<Lane, long> _work;
    private readonly Barrier _gate;
    private readonly Exception?[] _broken;
    private long _horizon;
    private bool _over;

    /// <summary>Starts a thread for each lane but the first.</summary>
    /// <param name="lanes">The lanes.</param>
    /// <param name="work">Takes a lane's events before a moment.</param>
    public LaneCrew(Lane[] lanes, Action<Lane, long> work)
    {
        _lanes = lanes;
        _work = work;
        _gate = new Barrier(lanes.Length);
        _broken = new Exception?[lanes.Length];
        for (var i = 1; i < lanes.Length; i++)
        {
            var lane = lanes[i];
            new Thread(() => Serve(lane)) { IsBackground = true, Name = $"lane {i}" }.Start();
        }
    }

    /// <summary>Takes all events before a moment, in every lane, and hands over what lanes have for each other.</summary>
    /// <param name="horizon">The moment, microseconds.</param>
    public void Run(long horizon)
    {
        _horizon = horizon;
        if (_lanes.Length > 1) _gate.SignalAndWait();
        Do(_lanes[0]);
        if (_lanes.Length > 1) _gate.SignalAndWait();
        foreach (var broken in _broken)
        {
            if (broken is not null) ExceptionDispatchInfo.Throw(broken);
        }

        Exchange(horizon);
    }

    /// <summary>Lets the threads go.</summary>
    public void Dispose()
    {
        _over = true;
        if (_lanes.Length > 1) _gate.SignalAndWait();
        _gate.Dispose();
    }

    private void Serve(Lane lane)
    {
        while (true)
        {
            _gate.SignalAndWait();
            if (_over) return;
            Do(lane);
            _gate.SignalAndWait();
        }
    }

    private void Do(Lane lane)
    {
        try
        {
            _work(lane, _horizon);
        }
        catch (Exception broken)
        {
            _broken[lane.Number] = broken;
        }
    }

    private void Exchange(long horizon)
    {
        foreach (var from in _lanes)
        {
            for (var to = 0; to < _lanes.Length; to++)
            {
                foreach (var e in from.Out[to])
                {
                    if (e.At < horizon) throw new InvalidOperationException($"{e.Kind} of node {e.Source} reaches node {e.Target} faster than any message");
                    _lanes[to].Queue.Push(e);
                }

                from.Out[to].Clear();
            }
        }
    }
}
