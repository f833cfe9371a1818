// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.Checks;

/// <summary>Named places where a test may end the process or make a call fail. Free when nothing is armed.</summary>
public static class FaultPoint
{
    /// <summary>Called with the name of each point that is passed; null (the default) costs one load. Set by the shell only.</summary>
    public static Action<string>? Armed { get; set; }

    /// <summary>Marks a place. Names are listed in docs/protocol/fault-points.md.</summary>
    /// <param name="name">Dotted name: room.noun.moment, for example <c>journal.append.before</c>.</param>
    public static void Hit(string name) => Armed?.Invoke(name);
}
