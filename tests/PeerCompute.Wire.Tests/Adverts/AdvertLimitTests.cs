// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Tests.Adverts;

/// <summary>Each limit is enforced by the field's name.</summary>
internal sealed class AdvertLimitTests
{
    private static readonly byte[] Full = Records.All().Single(static record => record.Name == "profile").Bytes;

    private static readonly (string Field, Action<V1.Profile> Change)[] ProfileLimits =
    [
        ("header", static o => o.Header = null),
        ("network", static o => o.Network = ""),
        ("network", static o => o.Network = "a/b"),
        ("network", static o => o.Network = new string('a', 17)),
        ("expires_ms", static o => o.ExpiresMs = o.Header.TimeMs),
        ("expires_ms", static o => o.ExpiresMs = o.Header.TimeMs + WireLimits.ProfileLifeMs + 1),
        ("capabilities", static o => o.Capabilities = null),
        ("architecture", static o => o.Capabilities.Architecture = ""),
        ("cores", static o => o.Capabilities.Cores = WireLimits.AdvertCount + 1),
        ("slots", static o => o.Capabilities.Slots = WireLimits.AdvertCount + 1),
        ("limits", static o => o.Capabilities.Limits = null),
        ("isolation", static o => o.Capabilities.Isolation = "\u001b[2J"),
        ("native_isolation", static o => o.Capabilities.NativeIsolation = ""),
        ("region", static o => o.Capabilities.Region = 1000),
        ("price_floor_micro", static o => o.Capabilities.PriceFloorMicro = WireLimits.PriceMicro + 1),
        ("devices", static o => o.Capabilities.Devices.Add(Enumerable.Repeat(new V1.Device(), WireLimits.AdvertItems))),
        ("devices[1].kind", static o => o.Capabilities.Devices[1].Kind = 0),
        ("devices[1].kind", static o => o.Capabilities.Devices[1].Kind = (V1.Device.Types.Kind)4),
        ("devices[0].model", static o => o.Capabilities.Devices[0].Model = "two\nlines"),
        ("devices[0].vendor", static o => o.Capabilities.Devices[0].Vendor = "\u202Egpu"),
        ("devices[0].driver", static o => o.Capabilities.Devices[0].Driver = new string('x', WireLimits.LabelBytes + 1)),
        ("devices[0].capability", static o => o.Capabilities.Devices[0].Capability = ""),
        ("devices[0].memory_bytes", static o => o.Capabilities.Devices[0].MemoryBytes = WireLimits.DeviceBytes + 1),
        ("devices[0].count", static o => o.Capabilities.Devices[0].Count = 0),
        ("runtimes[1]", static o => o.Capabilities.Runtimes[1].Id = "a"),
        ("runtimes[0].id", static o => o.Capabilities.Runtimes[0].Id = "a/b"),
        ("runtimes[1].version", static o => o.Capabilities.Runtimes[1].Version = ""),
        ("runtimes[1].semantics[1]", static o => o.Capabilities.Runtimes[1].Semantics[1] = "a"),
        ("runtimes[1].semantics", static o => o.Capabilities.Runtimes[1].Semantics.Add(Enumerable.Repeat("z", WireLimits.AdvertItems))),
        ("benchmarks[1]", static o => o.Capabilities.Benchmarks[1].Name = "a"),
        ("benchmarks[0].value", static o => o.Capabilities.Benchmarks[0].Value = ulong.MaxValue),
        ("benchmarks[0].unit", static o => o.Capabilities.Benchmarks[0].Unit = ""),
        ("benchmarks[0].measured_ms", static o => o.Capabilities.Benchmarks[0].MeasuredMs = 0),
        ("addresses", static o => o.Capabilities.Addresses.Add(Enumerable.Repeat(ByteString.Empty, WireLimits.AdvertAddresses))),
        ("addresses[0]", static o => o.Capabilities.Addresses[0] = ByteString.CopyFrom(1, 2)),
        ("addresses[1]", static o => o.Capabilities.Addresses[1] = ByteString.CopyFrom(new byte[WireLimits.AdvertAddressBytes + 1])),
    ];

    [Test]
    public void A_profiles_fields_have_limits() => Refuses(V1.Profile.Parser, Full, static b => Profile.Decode(b), ProfileLimits);

    [Test]
    public void A_statuss_fields_have_limits()
    {
        var make = new Samples(8);
        Refuses(V1.Status.Parser, make.Answer(make.Key()).Status.Status.Encode(), static b => Status.Decode(b),
            ("profile", static o => o.Profile = ByteString.Empty),
            ("expires_ms", static o => o.ExpiresMs = o.Header.TimeMs + WireLimits.StatusLifeMs + 1),
            ("expires_ms", static o => o.ExpiresMs = 0),
            ("load", static o => o.Load = null),
            ("load.free_slots", static o => o.Load.FreeSlots = WireLimits.AdvertCount + 1),
            ("load.queue", static o => o.Load.Queue = WireLimits.AdvertCount + 1),
            ("load.price_micro", static o => o.Load.PriceMicro = WireLimits.PriceMicro + 1));
    }

    private static void Refuses<T>(
        MessageParser<T> parser, byte[] bytes, Func<ReadOnlyMemory<byte>, object> decode, params (string Field, Action<T> Change)[] cases)
        where T : IMessage<T>
    {
        Assert.That(() => decode(bytes), Throws.Nothing);
        foreach (var (field, change) in cases)
        {
            var message = parser.ParseFrom(bytes);
            change(message);
            var thrown = Assert.Throws<WireException>(() => decode(message.ToByteArray()), field);
            Assert.That(thrown!.Field, Is.EqualTo(field));
        }
    }
}
