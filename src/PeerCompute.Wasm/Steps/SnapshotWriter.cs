// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.States;

namespace PeerCompute.Wasm.Steps;

/// <summary>Writes snapshots (docs/step-abi.md, section 6).</summary>
internal static class SnapshotWriter
{
    public static ReadOnlySpan<byte> Magic => "PCSS\x01"u8;

    public static byte[] Write(StepState state, StepState? since)
    {
        var to = new StateWriter();
        to.Raw(Magic);
        to.Hash(since?.Root ?? default);
        to.Hash(state.Root);
        for (var i = 0; i < StepState.ByteParts; i++)
        {
            Put(to, state.Parts[i], since?.Parts[i] ?? PagedBytes.Empty);
        }

        to.Number(state.Manifest.Entries.Length);
        for (var i = 0; i < state.Contents.Length; i++)
        {
            var entry = state.Manifest.Entries[i];
            to.Text(entry.Path);
            to.Byte((byte)entry.Kind);
            if (entry.Kind != FolderEntryKind.Folder)
            {
                Put(to, state.Contents[i], FileOf(since, entry.Path));
            }
        }

        to.Number(state.Nameless.Length);
        for (var i = 0; i < state.Nameless.Length; i++)
        {
            Put(to, state.Nameless[i], NamelessOf(since, i));
        }

        return to.ToArray();
    }

    /// <summary>What a file's pages are compared with: those of the same path before.</summary>
    public static PagedBytes FileOf(StepState? since, string path) =>
        since?.Manifest.IndexOf(path) is >= 0 and var index ? since.Contents[index] : PagedBytes.Empty;

    /// <summary>What the pages of a file without a name are compared with: those of the same number before.</summary>
    public static PagedBytes NamelessOf(StepState? since, int number) =>
        number < since?.Nameless.Length ? since.Nameless[number] : PagedBytes.Empty;

    private static void Put(StateWriter to, PagedBytes now, PagedBytes before)
    {
        to.Number(now.Length);
        var changed = now.Pages.Differences(before.Pages);
        to.Number(changed.Count);
        var next = 0;
        foreach (var page in changed)
        {
            to.Number(page - next);
            next = page + 1;
            if (now.Pages.IsZero(page))
            {
                to.Byte(0);
                continue;
            }

            to.Byte(1);
            to.Raw(now.Pages.Page(page)[..(int)Math.Min(PageTree.PageBytes, now.Length - ((long)page * PageTree.PageBytes))]);
        }
    }
}
