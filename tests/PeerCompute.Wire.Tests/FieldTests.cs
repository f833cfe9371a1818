// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;

namespace PeerCompute.Wire.Tests;

internal sealed class FieldTests
{
    [TestCaseSource(nameof(Messages))]
    public void Every_field_with_another_value_is_refused_by_name_or_read_as_it_is(RecordCase record)
    {
        var changed = 0;
        foreach (var mutation in record.Mutate!(record.Bytes))
        {
            changed++;
            Records.OnlyCanonical(record, mutation.Message.ToByteArray());
        }

        Assert.That(changed, Is.GreaterThan(3));
    }

    private static IEnumerable<RecordCase> Messages() => Records.All().Where(static record => record.Mutate is not null);
}
