// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Native;

/// <summary>A wall around native programs, as a program found it that ran behind it.</summary>
/// <param name="Name">Its name, for people.</param>
/// <param name="Holds">Whether it held.</param>
/// <param name="Needed">Whether no native program runs without it.</param>
/// <param name="Remedy">What an operator can do where it does not hold.</param>
public sealed record NativeWall(string Name, bool Holds, bool Needed, string Remedy);

/// <summary>What the walls around native programs are worth on this host.</summary>
/// <param name="Walls">Each wall; none where no program ran.</param>
/// <param name="Note">Why no program ran; empty where one did.</param>
public sealed record NativeWalls(IReadOnlyList<NativeWall> Walls, string Note)
{
    /// <summary>The class that follows from them.</summary>
    public NativeIsolation Isolation =>
        Walls.Count == 0 || Walls.Any(wall => wall is { Needed: true, Holds: false }) ? NativeIsolation.None
        : Walls.All(wall => wall.Holds) ? NativeIsolation.Strict : NativeIsolation.Degraded;

    /// <summary>Whether a control group bounded a program's memory; then none runs without.</summary>
    public bool Grouped { get; init; }

    /// <summary>What builds them: <c>bubblewrap</c> or <c>runc</c>; empty where nothing does.</summary>
    public string Launcher { get; init; } = "";

    /// <summary>What keeps the class from being higher, with the remedy for each; empty at the highest.</summary>
    public string Missing => Walls.Count == 0
        ? Note : string.Join("; ", Walls.Where(wall => !wall.Holds).Select(wall => $"{wall.Name} does not hold ({wall.Remedy})"));
}
