// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Architecture.Tests;

/// <summary>The table of the house: each project, what it may see, which packages it names. docs/decisions/0001 says why.</summary>
internal static class House
{
    /// <summary>The package named by the one property BouncyCastlePackage.</summary>
    public const string BouncyCastle = "$(BouncyCastlePackage)";

    /// <summary>Packages that leave no reference in the built assembly: compilers and analyzers.</summary>
    public static readonly string[] BuildTimePackages = ["Grpc.Tools", "Microsoft.CodeAnalysis.BannedApiAnalyzers"];

    /// <summary>Compiler warnings a project in src may silence. None so far.</summary>
    public static readonly string[] AllowedNoWarn = [];

    public static readonly Room[] Rooms =
    [
        new("Base", Pure: true, Sees: [], Packages: [BouncyCastle]),
        new("Wire", Pure: true, Sees: ["Base"], Packages: ["Google.Protobuf"]),
        new("Libp2p", Pure: true, Sees: ["Base"], Packages: []),
        new("Wasm", Pure: true, Sees: ["Base"], Packages: []),
        new("Market", Pure: true, Sees: ["Base", "Wire"], Packages: []),
        new("Trust", Pure: true, Sees: ["Base", "Wire"], Packages: []),
        new("Ledger", Pure: true, Sees: ["Base", "Wire", "Trust"], Packages: []),
        new("Core", Pure: true, Sees: ["Base", "Wire", "Libp2p", "Market", "Trust", "Ledger"], Packages: []),
        new("Api", Pure: false, Sees: ["Base"], Packages: ["Google.Protobuf"]),
        new("Net", Pure: false, Sees: ["Base", "Libp2p"], Packages: []),
        new("Execution", Pure: false, Sees: ["Base", "Wire", "Wasm"], Packages: []),
        new(
            "Node", Pure: false,
            Sees: ["Base", "Wire", "Libp2p", "Market", "Trust", "Ledger", "Core", "Api", "Net", "Execution"],
            Packages: ["Microsoft.Data.Sqlite", "SQLitePCLRaw.bundle_e_sqlite3", "Google.Protobuf"]),
        new("Daemon", Pure: false, Sees: ["Base", "Wire", "Api", "Core", "Node"], Packages: ["Google.Protobuf"]),
        new("Client", Pure: false, Sees: ["Base", "Wire", "Api"], Packages: ["Google.Protobuf", "YamlDotNet"]),
        new(
            "Simulator", Pure: false,
            Sees: ["Base", "Wire", "Libp2p", "Market", "Trust", "Ledger", "Core", "Wasm", "Api", "Client"],
            Packages: ["Google.Protobuf", "YamlDotNet"]),
        new(
            "Cli", Pure: false,
            Sees: ["Base", "Wire", "Api", "Core", "Trust", "Execution", "Node", "Daemon", "Client", "Simulator"],
            Packages: ["Google.Protobuf", "System.CommandLine", "Spectre.Console"])
        { AssemblyName = "peercompute" },
    ];
}

/// <summary>One project of the house.</summary>
internal sealed record Room(string Name, bool Pure, string[] Sees, string[] Packages)
{
    public string Project => "PeerCompute." + Name;

    public string AssemblyName { get; init; } = "PeerCompute." + Name;

    public string ProjectFile => Path.Combine(Repository.Root, "src", Project, Project + ".csproj");

    public string BuiltAssembly => Path.Combine(Repository.Root, "artifacts", "bin", Project, "release", AssemblyName + ".dll");

    public override string ToString() => Name;
}
