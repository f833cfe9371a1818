// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Interop;

namespace PeerCompute.Cli.Commands;

/// <summary><c>sim gossipsub-interop</c>: the daemon's routers under a script of libp2p/test-plans, in virtual time.</summary>
internal static class SimInteropVerb
{
    private const int Buffer = 64 * 1024;

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var parameters = new Option<string>("--params") { Description = "params.json of gossipsub-interop.", HelpName = "FILE", Required = true };
        var node = new Option<int?>("--node-id") { Description = "Print this node's lines only.", HelpName = "N" };
        var nodes = new Option<int>("--nodes") { Description = "How many nodes there are (as many as the script names).", HelpName = "N" };
        var folder = new Option<string?>("--out", "-o") { Description = "Write a file for each node here, and print nothing.", HelpName = "DIR" };
        var seed = new Option<ulong>("--seed") { Description = "Of places and of the routers' chance.", DefaultValueFactory = _ => 1 };
        var verb = new Command("gossipsub-interop", "Run a script of libp2p's gossipsub-interop; lines as its implementations log them.")
        {
            parameters, node, nodes, folder, seed,
        };
        verb.SetAction((parsed, token) =>
        {
            var (terminal, only) = (Globals.TerminalOf(parsed), parsed.GetValue(node));
            using var lines = new Lines(parsed.GetValue(folder), only);
            var (count, micros, trace) = GossipInterop.Run(
                parsed.GetRequiredValue(parameters), parsed.GetValue(seed), parsed.GetValue(nodes), lines.Write, seconds =>
                {
                    token.ThrowIfCancellationRequested();
                    terminal.Progress(string.Create(CultureInfo.InvariantCulture, $"{seconds} virtual seconds"));
                });
            terminal.Progress("");
            terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{count} nodes, {micros / 1_000_000} virtual seconds, trace {trace}"));
            if (only >= count) throw new PeerComputeException(ErrorCode.BadInput, $"--node-id {only}: there are nodes 0 to {count - 1}.");
            return Task.FromResult(0);
        });
        return verb;
    }

    /// <summary>Where lines go: standard output, or a file for each node, as the framework's analysis reads them.</summary>
    private sealed class Lines(string? folder, int? only) : IDisposable
    {
        private readonly SortedDictionary<int, StringBuilder> _files = [];
        private readonly StreamWriter? _out = folder is null ? new StreamWriter(Console.OpenStandardOutput(), bufferSize: Buffer) : null;
        private bool _cleared;

        public void Write(int node, string line)
        {
            if (only is { } wanted && wanted != node) return;
            if (_out is not null)
            {
                _out.Write(line + "\n");
                return;
            }

            Clear(folder!);
            if (!_files.TryGetValue(node, out var text)) _files[node] = text = new StringBuilder();
            text.Append(line).Append('\n');
            if (text.Length > Buffer) Save(node, text);
        }

        public void Dispose()
        {
            _out?.Dispose();
            foreach (var (node, text) in _files) Save(node, text);
        }

        /// <summary>Lines of an earlier run go when this one has its first: a script that is refused costs nobody's results.</summary>
        private void Clear(string folder)
        {
            if (_cleared) return;
            Directory.CreateDirectory(folder);
            foreach (var old in Directory.EnumerateFiles(folder, "node*.stdout")) File.Delete(old);
            _cleared = true;
        }

        private void Save(int node, StringBuilder text)
        {
            File.AppendAllText(Path.Combine(folder!, $"node{node}.stdout"), text.ToString());
            text.Clear();
        }
    }
}
