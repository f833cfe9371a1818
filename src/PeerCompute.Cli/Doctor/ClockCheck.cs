// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Cli.Doctor;

/// <summary>The wall clock, as far as one machine can judge it: deadlines are signed in wall time.</summary>
internal static class ClockCheck
{
    private const string Section = "clock";
    private const string Mend = "set the clock, and keep it set: systemd-timesyncd or another NTP client";

    /// <summary>A clock is behind if something that is over lies after it.</summary>
    /// <param name="now">What the clock says.</param>
    /// <param name="built">When this program was built or installed.</param>
    /// <param name="journal">When the home's journal was last written; null where there is none.</param>
    public static Finding Judge(DateTimeOffset now, DateTimeOffset built, DateTimeOffset? journal)
    {
        if (now < built) return new Finding(Section, false, $"the clock says {Text(now)}, but this program was built {Text(built)}", Mend);
        if (now < journal) return new Finding(Section, false, $"the clock says {Text(now)}, but the journal was written {Text(journal.Value)}", Mend);
        return new Finding(Section, true, $"the clock says {Text(now)}");
    }

    /// <summary>Looks at this machine's clock.</summary>
    /// <param name="home">The home whose journal is looked at.</param>
    public static Finding Run(string home)
    {
        var journal = Path.Combine(home, "journal.db");
        DateTimeOffset? written = File.Exists(journal) ? File.GetLastWriteTimeUtc(journal) : null;
        return Judge(DateTimeOffset.UtcNow, File.GetLastWriteTimeUtc(typeof(ClockCheck).Assembly.Location), written);
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
