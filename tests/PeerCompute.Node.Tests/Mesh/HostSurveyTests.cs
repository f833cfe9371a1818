// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Devices;
using PeerCompute.Node.Mesh;
using PeerCompute.Node.Tests.Lending;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Node.Tests.Mesh;

/// <summary>A device runs GPU programs of others only after it was measured, which waits for its owner's offer and for nobody using it.</summary>
[CancelAfter(60_000)]
internal sealed class HostSurveyTests
{
    private Channel<TaskCompletionSource<IReadOnlyList<ulong>>> _measured = null!;
    private Channel<string> _told = null!;
    private WallClock _clock = null!;
    private TempFolder _folder = null!;
    private HostSurvey _survey = null!;
    private volatile bool _offers, _free, _withdrawn;
    private volatile int _asked, _looked;

    [SetUp]
    public void Make()
    {
        _folder = new TempFolder();
        File.WriteAllText(_folder["clinfo.txt"], "[X/0] CL_DEVICE_NAME One\n[X/0] CL_DEVICE_TYPE CL_DEVICE_TYPE_CPU\n");
        _measured = Channel.CreateUnbounded<TaskCompletionSource<IReadOnlyList<ulong>>>();
        _told = Channel.CreateUnbounded<string>();
        _clock = new WallClock(new DateTimeOffset(2027, 1, 15, 8, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc);
        (_offers, _free, _withdrawn, _asked, _looked) = (true, true, false, 0, 0);
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task A_device_is_for_others_after_it_was_measured_and_then_for_a_week(CancellationToken cancel)
    {
        var done = Begin(cancel);
        var measured = await _measured.Reader.ReadAsync(cancel);
        Assert.That((_survey.Device?.Model, _survey.ForPrograms, _survey.ForOwnPrograms?.Model), Is.EqualTo(("One", (Device?)null, "One")));
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo("figures of the engine"));
        measured.SetResult([5, 6, 7, 8]);
        await done;
        Assert.That(_survey.ForPrograms?.Model, Is.EqualTo("One"));
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo("figures of the engine and 7"));
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo("One may"));

        _free = false;
        await Begin(cancel);
        Assert.That(_survey.ForPrograms?.Model, Is.EqualTo("One"), "the figures are kept: nothing is measured, nobody is disturbed");
        Assert.That(_measured.Reader.TryRead(out _), Is.False);
    }

    [Test]
    public async Task A_device_that_fails_is_for_nobody_until_its_owner_offers_it_anew(CancellationToken cancel)
    {
        var done = Begin(cancel);
        (await _measured.Reader.ReadAsync(cancel)).SetException(new PeerComputeException(ErrorCode.Host, "it computes wrongly"));
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo("figures of the engine"));
        Assert.That(await _told.Reader.ReadAsync(cancel), Does.StartWith("log: GPU programs are not run here: it computes wrongly"));
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo("nothing may; what runs on it ends"));
        Assert.That((_survey.ForPrograms, _survey.ForOwnPrograms), Is.EqualTo(((Device?)null, (Device?)null)));
        await PassUntilAsync(() => _asked > 3, cancel);
        Assert.That(_measured.Reader.TryRead(out _), Is.False);
        _offers = false;
        await PassUntilAsync(() => _withdrawn, cancel);
        _offers = true;
        await PassUntilAsync(() => _measured.Reader.Count > 0, cancel);
        (await _measured.Reader.ReadAsync(cancel)).SetResult([5, 6, 7, 8]);
        await done;
        Assert.That((_survey.ForPrograms?.Model, _survey.ForOwnPrograms?.Model), Is.EqualTo(("One", "One")));
    }

    [Test]
    public async Task A_device_is_measured_once_it_is_offered_and_free_and_again_where_its_owner_took_it_meanwhile(CancellationToken cancel)
    {
        (_offers, _free) = (false, false);
        var done = Begin(cancel);
        await PassUntilAsync(() => _asked > 3, cancel);
        Assert.That(_looked, Is.Zero, "nothing is offered");
        _offers = true;
        await PassUntilAsync(() => _looked > 3, cancel);
        Assert.That(_measured.Reader.TryRead(out _), Is.False, "its owner uses it");
        _free = true;
        await PassUntilAsync(() => _measured.Reader.Count > 0, cancel);
        var first = await _measured.Reader.ReadAsync(cancel);
        _free = false;
        await PassUntilAsync(() => first.Task.IsCanceled, cancel);
        _free = true;
        await PassUntilAsync(() => _measured.Reader.Count > 0, cancel);
        (await _measured.Reader.ReadAsync(cancel)).SetResult([5, 6, 7, 8]);
        await done;
        Assert.That(_survey.ForPrograms?.Model, Is.EqualTo("One"));
    }

    [Test]
    public async Task A_card_goes_before_a_processor_where_it_can_be_granted_and_computes(CancellationToken cancel)
    {
        File.WriteAllText(_folder["nvidia-smi.csv"], "Lost, 1, 1, GPU-0, 00000000:0A:00.0\nCard, 1, 1, GPU-1, 00000000:0B:00.0\n");
        Directory.CreateDirectory(_folder["proc/driver/nvidia/gpus/0000:0b:00.0"]);
        File.WriteAllText(_folder["proc/driver/nvidia/gpus/0000:0b:00.0/information"], "Device Minor: \t 1\n");
        Directory.CreateDirectory(_folder["dev"]);
        foreach (var node in new[] { "nvidia1", "nvidiactl", "nvidia-uvm" }) File.WriteAllText(_folder["dev/" + node], "");
        var done = Begin(cancel);
        var measured = await _measured.Reader.ReadAsync(cancel);
        Assert.That(_survey.Device?.Model, Is.EqualTo("Card"), "the other one has no nodes");
        measured.SetException(new PeerComputeException(ErrorCode.Host, "it computes wrongly"));
        (await _measured.Reader.ReadAsync(cancel)).SetResult([5, 6, 7, 8]);
        await done;
        Assert.That(_survey.ForPrograms?.Model, Is.EqualTo("One"));
    }

    private Task Begin(CancellationToken cancel)
    {
        var trial = new DeviceTrial(Offers, Free, MeasureAsync, _clock);
        _survey = new HostSurvey(
            new RecordedHost(_folder.Path), _folder.Path, new DeviceGrants(_folder.Path), trial, ChangedAsync, _clock,
            line => _told.Writer.TryWrite("log: " + line));
        return _survey.Begin(
            (_, figures) =>
            {
                var product = figures.Where(static f => f.Name == Benchmark.GpuProduct).Select(static f => $" and {f.Value}");
                return TellAsync("figures of the engine" + string.Concat(product));
            },
            cancel);

        Task ChangedAsync(bool ends, CancellationToken stop)
            => TellAsync($"{_survey.ForPrograms?.Model ?? "nothing"} may{(ends ? "; what runs on it ends" : "")}");
    }

    private bool Offers()
    {
        var offers = _offers;
        _withdrawn |= !offers;
        _asked++;
        return offers;
    }

    private bool Free(Device device)
    {
        _looked++;
        return _free;
    }

    private async Task TellAsync(string line) => await _told.Writer.WriteAsync(line);

    private async Task<IReadOnlyList<ulong>> MeasureAsync(Device device, CancellationToken stop)
    {
        var measured = new TaskCompletionSource<IReadOnlyList<ulong>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var taken = stop.Register(() => measured.TrySetCanceled());
        await _measured.Writer.WriteAsync(measured, CancellationToken.None);
        return await measured.Task;
    }

    /// <summary>Lets seconds pass until something holds.</summary>
    private async Task PassUntilAsync(Func<bool> holds, CancellationToken cancel)
    {
        while (!holds())
        {
            _clock.Pass(TimeSpan.FromSeconds(1));
            await Task.Delay(1, cancel);
        }
    }
}
