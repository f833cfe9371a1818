// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Native;

namespace PeerCompute.Execution.Tests.Native;

[TestFixture]
[Platform("Linux")]
internal sealed class RuncBundleTest
{
    [TestCase("/run/app/deep", true)]
    [TestCase("/run/../../../outside", false)]
    [TestCase("/run/./../../outside", false)]
    public void A_start_folder_is_made_within_the_bundle_or_not_at_all(string start, bool made)
    {
        string folder = Directory.CreateTempSubdirectory("bundle").FullName, bundle = Path.Combine(folder, "a", "b");
        try
        {
            RuncBundle.Write(bundle, new NativeRunSpec { Arguments = ["/bin/true"], StartFolder = start });
            Assert.That(Directory.Exists(Path.Combine(bundle, RuncBundle.Root + start)), Is.EqualTo(made));
            Assert.That(Directory.GetDirectories(folder, "outside", SearchOption.AllDirectories), Is.Empty);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
