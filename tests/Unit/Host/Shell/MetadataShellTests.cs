using Deterministic.Host.Commands;
using Deterministic.Host.Shell;
using Deterministic.Tests.Shared;

namespace Deterministic.Host.Tests.Shell;

/// <summary>Walks through the metadata that Kafka wrote.</summary>
public sealed class MetadataShellTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly MetadataShell _shell;

    public MetadataShellTests()
    {
        GoldenLogs.Unpack(new FolderDisk(), _folder.Path, "transactions-tv2");
        _shell = new MetadataShell(MetadataTree.Of(MetadataFiles.Read(Path.Combine(_folder.Path, "data"))), _output);
    }

    public void Dispose()
    {
        _output.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Topics_are_found_by_name_and_partitions_are_shown_as_Kafka_shows_them()
    {
        Assert.Contains("txn-a", Said("ls /image/topics/byName"), StringComparison.Ordinal);
        Assert.StartsWith("PartitionRegistration(replicas=[1], directories=[", Said("cat /image/topics/byName/txn-a/0"), StringComparison.Ordinal);
    }

    [Fact]
    public void One_walks_with_cd_pwd_and_wildcards()
    {
        Assert.Equal("/image/features", Said("cd image/features", "pwd"));
        Assert.Equal("2", Said("cat *transaction*"));
        Assert.Equal("/image", Said("cd ..", "pwd"));
        Assert.Equal("/", Said("cd", "pwd"));
        Assert.Contains("/image/producerIds/nextProducerId", Said("find /image/producerIds"), StringComparison.Ordinal);
        Assert.StartsWith("nextProducerId:", Said("tree /image/producerIds"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_done_is_said()
    {
        Assert.False(_shell.Run("cat /image/none"));
        Assert.False(_shell.Run("cat /image"));
        Assert.False(_shell.Run("cd /image/provenance"));
        Assert.False(_shell.Run("fly"));
        Assert.Contains("cat: /image/none: No such file or directory.", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("there are cat, cd,", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_man_history_and_exit_are_there()
    {
        Assert.Contains("tree [PATH...]", Said("help"), StringComparison.Ordinal);
        Assert.Contains("usage: cat FILE...", Said("man cat"), StringComparison.Ordinal);
        Assert.Contains("man cat", Said("history"), StringComparison.Ordinal);
        Said("exit");
        Assert.True(_shell.IsOver);
    }

    [Fact]
    public void A_file_of_something_else_is_refused()
    {
        var path = Path.Combine(_folder.Path, "data", "txn-a-0");
        Assert.Throws<CommandException>(() => MetadataFiles.Read(path));
        Assert.Throws<CommandException>(() => MetadataFiles.Read(Path.Combine(path, "none")));
    }

    private string Said(params string[] lines)
    {
        _output.GetStringBuilder().Clear();
        Assert.All(lines, line => Assert.True(_shell.Run(line), _output.ToString()));
        return _output.ToString().ReplaceLineEndings("\n").TrimEnd('\n');
    }
}
