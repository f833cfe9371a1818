// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>The owner's way with images, from the archive to the leave to run.</summary>
public class ImageVerbTests
{
    [Test]
    public async Task AnImageComesInIsAllowedAndGoes()
    {
        using var tool = new Tool();
        await tool.RunAsync("init");
        Directory.CreateDirectory(Path.Combine(tool.Home, "files"));
        tool.File("files/word", "kept\n");
        var archive = Path.Combine(tool.Home, "tools.tar");
        await TarFile.CreateFromDirectoryAsync(Path.Combine(tool.Home, "files"), archive, includeBaseDirectory: false);

        var image = (await tool.RunAsync("image", "import", archive, "--json")).Json;
        var digest = image["digest"]!.GetValue<string>();
        Assert.That((image["name"]!.GetValue<string>(), image["mayRun"]!.GetValue<string>()), Is.EqualTo(("tools", "no")));
        Assert.That(File.ReadAllText(Path.Combine(tool.DefaultNode, "images", "roots", digest[7..], "word")), Is.EqualTo("kept\n"));

        var allowed = (await tool.RunAsync("image", "allow", "tools", "--ask", "--json")).Json;
        Assert.That(allowed.ToJsonString(), Is.EqualTo($$"""{"digests":["{{digest}}"],"signers":[],"refused":[],"runtimes":[],"ask":true}"""));
        Assert.That((await tool.RunAsync("image", "list", "--json")).Json[0]!["mayRun"]!.GetValue<string>(), Is.EqualTo("yes"));
        Assert.That((await tool.RunAsync("image", "show", digest[..20])).Output, Does.Contain(digest).And.Contain("entries"));
        Assert.That((await tool.RunAsync("image", "allow", "--withdraw", digest)).Output, Does.Contain("the owner is asked").And.Not.Contain(digest));

        Assert.That((await tool.RunAsync("image", "remove", "tools")).ExitCode, Is.Zero);
        Assert.That(Directory.EnumerateFileSystemEntries(Path.Combine(tool.DefaultNode, "images", "roots")), Is.Empty);
    }

    [Test]
    public async Task ASignedImageMayRunWhereItsSignerIsAllowedAndARefusalGoesBeforeThat()
    {
        using var tool = new Tool();
        await tool.RunAsync("init");
        Directory.CreateDirectory(Path.Combine(tool.Home, "files"));
        tool.File("files/word", "kept\n");
        var archive = Path.Combine(tool.Home, "tools.tar");
        await TarFile.CreateFromDirectoryAsync(Path.Combine(tool.Home, "files"), archive, includeBaseDirectory: false);
        var digest = (string)(await tool.RunAsync("image", "import", archive, "--json")).Json["digest"]!;
        var signed = (await tool.RunAsync("image", "sign", "tools", "--json")).Json;
        var signer = (string)signed["signers"]![0]!;
        Assert.That(signer, Is.EqualTo(Node.Homes.NodeHome.IdentityOf(tool.DefaultNode).ToString()));
        Assert.That((await tool.RunAsync("image", "sign", "tools", "--json")).Json["signers"]!.AsArray(), Has.Count.EqualTo(1), "once each");

        Assert.That((await tool.RunAsync("image", "allow", "--signer", signer)).Output, Does.Contain(signer));
        Assert.That(await MayRunAsync(), Is.EqualTo("yes"));
        Assert.That((await tool.RunAsync("image", "refuse", digest, "--json")).Json["refused"]![0]!.GetValue<string>(), Is.EqualTo(digest));
        Assert.That(await MayRunAsync(), Is.EqualTo("no"));
        Assert.That((await tool.RunAsync("image", "allow", "--withdraw", "--digest", digest)).ExitCode, Is.Zero);
        Assert.That(await MayRunAsync(), Is.EqualTo("yes"));
        Assert.That((await tool.RunAsync("image", "allow", "--signer", signer, "--withdraw")).ExitCode, Is.Zero);
        Assert.That(await MayRunAsync(), Is.EqualTo("no"));

        async Task<string> MayRunAsync() => (string)(await tool.RunAsync("image", "show", "tools", "--json")).Json["mayRun"]!;
    }

    [Test]
    public async Task TheHostsOwnProgramsAreOfferedUnderAName()
    {
        using var tool = new Tool();
        await tool.RunAsync("init");
        var own = (await tool.RunAsync("image", "offer", "--json")).Json["runtimes"]!.AsArray().Select(static r => (string)r!).Single();
        Assert.That(Wire.Common.NativeSemantics.IsRuntime(own), own);
        await tool.RunAsync("image", "offer", "debian-12@12.11");
        Assert.That((await tool.RunAsync("image", "allow")).Output, Does.Contain("debian-12@12.11").And.Contain(own));
        Assert.That((await tool.RunAsync("image", "offer", own, "--withdraw")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task WhatIsWrongIsSaidByItsCode()
    {
        using var tool = new Tool();
        Assert.That((await tool.RunAsync("image", "list")).ExitCode, Is.EqualTo((int)ErrorCode.Home));
        await tool.RunAsync("init");
        (ErrorCode Code, string[] Args)[] cases =
        [
            (ErrorCode.NotFound, ["image", "import", "nothing.tar"]),
            (ErrorCode.BadInput, ["image", "import", tool.File("none.tar", new string('x', 600))]),
            (ErrorCode.BadInput, ["image", "import", tool.Home]),
            (ErrorCode.Usage, ["image", "import", tool.Home, "--name", "../x"]),
            (ErrorCode.Usage, ["image", "import", tool.Home, "--base", "x"]),
            (ErrorCode.NotFound, ["image", "show", "nothing"]),
            (ErrorCode.NotFound, ["image", "remove", "nothing"]),
            (ErrorCode.Usage, ["image", "allow", "sha256:short"]),
            (ErrorCode.NotFound, ["image", "allow", "nothing"]),
            (ErrorCode.Usage, ["image", "allow", "--withdraw"]),
            (ErrorCode.Usage, ["image", "allow", "--signer", "nobody"]),
            (ErrorCode.NotFound, ["image", "refuse", "nothing"]),
            (ErrorCode.NotFound, ["image", "sign", "nothing"]),
            (ErrorCode.Usage, ["image", "offer", "Debian@12"]),
            (ErrorCode.Usage, ["image", "offer", "debian-12"]),
            (ErrorCode.NotFound, ["image", "offer", "debian-12@1", "--withdraw"]),
        ];
        foreach (var (code, args) in cases)
        {
            var answer = await tool.RunAsync(args);
            Assert.That((answer.ExitCode, answer.Error.StartsWith("error: ", StringComparison.Ordinal)), Is.EqualTo(((int)code, true)), string.Join(' ', args));
        }

        Assert.That((await tool.RunAsync("image", "list", "--json")).Json.AsArray(), Is.Empty);
        Assert.That((await tool.RunAsync("image", "pending", "--json")).Json.AsArray(), Is.Empty);
    }
}
