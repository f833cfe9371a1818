// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace PeerCompute.Architecture.Tests.Il;

/// <summary>
/// What a pure room may not use. Patterns match whole names; <c>*</c> stands for anything; a type's pattern covers its members and nested types.
/// </summary>
internal static class BanList
{
    /// <summary>The one place that may use hash collections, behind maps that give no unordered enumeration.</summary>
    public const string Collections = "PeerCompute.Base.Collections";

    private static readonly Ban[] All =
    [
        new("clock", [
            "System.DateTime", "System.DateTimeOffset", "System.DateOnly", "System.TimeOnly", "System.TimeZoneInfo", "System.TimeProvider",
            "System.Diagnostics.Stopwatch"]),
        new("chance", [
            "System.Random", "System.Guid", "Org.BouncyCastle.Security.SecureRandom",
            "System.Security.Cryptography.RandomNumberGenerator", "System.Security.Cryptography.*::Create*Key*"]),
        new("environment", ["System.Environment", "System.AppContext", "System.Diagnostics.Process*", "System.Diagnostics.Activity*"])
        {
            // Compiler-made iterators ask for the thread; FailFast ends a broken invariant.
            Except = ["System.Environment::get_CurrentManagedThreadId", "System.Environment::FailFast", "System.Environment::get_NewLine"],
        },
        new("thread", ["System.Threading.*"]) { Except = ["System.Threading.Interlocked", "System.Threading.Volatile"] },
        new("socket", ["System.Net.*"])
        {
            // Addresses as values.
            Except = ["System.Net.IPAddress", "System.Net.IPNetwork", "System.Net.Sockets.AddressFamily"],
        },
        new("file", [
            "System.IO.File*", "System.IO.Directory*", "System.IO.Path", "System.IO.DriveInfo", "System.IO.RandomAccess", "System.IO.Pipes.*",
            "System.IO.MemoryMappedFiles.*", "Microsoft.Win32.SafeHandles.*"]),
        new("native call", [
            "PeerCompute.Base.Linux.*", "System.Runtime.InteropServices.NativeLibrary::*Export",
            "System.Runtime.InteropServices.Marshal::GetDelegateForFunctionPointer"]),
        new("console", ["System.Console", "System.ConsoleColor"]),
        new("floating point", [
            "System.Single", "System.Double", "System.Half", "System.MathF", "System.Numerics.Complex",
            "il:*.r4", "il:*.r8", "il:conv.r.un", "il:ckfinite"]),
        new("unordered collection", [
            "System.Collections.Generic.Dictionary`2", "System.Collections.Generic.HashSet`1", "System.Collections.Hashtable",
            "System.Collections.Concurrent.*", "System.Collections.Frozen.*", "System.Collections.Specialized.*",
            "System.Collections.Immutable.ImmutableDictionary*", "System.Collections.Immutable.ImmutableHashSet*",
            "System.Runtime.CompilerServices.ConditionalWeakTable*", "System.Linq.IGrouping*", "System.Linq.ILookup*", "System.Linq.Lookup*",
            "System.Linq.Enumerable::Distinct*", "System.Linq.Enumerable::Union*", "System.Linq.Enumerable::Except*", "System.Linq.Enumerable::Intersect*",
            "System.Linq.Enumerable::*Join", "System.Linq.Enumerable::CountBy", "System.Linq.Enumerable::AggregateBy", "System.Linq.ParallelEnumerable"]),
        new("hash code", ["System.HashCode", "*::GetHashCode"]),
    ];

    public static IEnumerable<string> Kinds => All.Select(ban => ban.Kind);

    /// <summary>Names the kind of ban that a use breaks in a room, or null.</summary>
    public static string? Broken(string room, Use use) => All.FirstOrDefault(ban => ban.Covers(use.Used) && !Excused(ban.Kind, room, use))?.Kind;

    private static bool Excused(string kind, string room, Use use) => kind switch
    {
        "floating point" => room == "Wasm",
        "native call" => Inside(use.Namespace, "PeerCompute.Base.Linux") && !use.Used.StartsWith("System.", StringComparison.Ordinal),
        "unordered collection" => Inside(use.Namespace, Collections),

        // Equality of records is made of hash codes; deciding by them elsewhere would differ from process to process.
        "hash code" => Inside(use.Namespace, Collections) || use.User.EndsWith("::GetHashCode", StringComparison.Ordinal),
        _ => false,
    };

    private static bool Inside(string space, string outer) => space == outer || space.StartsWith(outer + ".", StringComparison.Ordinal);

    private sealed record Ban(string Kind, string[] Patterns)
    {
        private readonly Regex _patterns = Compile(Patterns);
        private readonly Regex? _except;

        public string[] Except
        {
            init => _except = Compile(value);
        }

        public bool Covers(string used) => _patterns.IsMatch(used) && _except?.IsMatch(used) != true && !OnlyParentOf(used);

        // A member's owner is noted as a type as well: where only some members are excused, the members alone decide.
        private bool OnlyParentOf(string used) => _except is not null && _except.ToString().Contains(Regex.Escape(used) + "::", StringComparison.Ordinal);

        private static Regex Compile(string[] patterns) =>
            new($"^({string.Join('|', patterns.Select(pattern => Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)))})($|\\+|::)");
    }
}
