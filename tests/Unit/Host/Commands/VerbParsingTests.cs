using Deterministic.Host.Client;
using Deterministic.Host.Commands;
using Deterministic.Host.Commands.Reassignments;

namespace Deterministic.Host.Tests.Commands;

/// <summary>What the options of small verbs mean, and that the command line holds together, without a broker.</summary>
public sealed class VerbParsingTests
{
    [Theory]
    [InlineData("latest", -1)]
    [InlineData("-2", -2)]
    [InlineData("max-timestamp", -3)]
    [InlineData("1769860800000", 1769860800000)]
    public void Times_have_names_and_numbers(string text, long expected) => Assert.Equal(expected, GetOffsetsCommand.ParseTime(text));

    [Theory]
    [InlineData("tomorrow")]
    [InlineData("-7")]
    public void Other_times_are_refused(string text) => Assert.Throws<CommandException>(() => GetOffsetsCommand.ParseTime(text));

    [Theory]
    [InlineData("orders", 7, true)]
    [InlineData("orders:1", 1, true)]
    [InlineData("orders:1", 2, false)]
    [InlineData("orders:1-3", 2, true)]
    [InlineData("orders:1-3", 3, false)]
    [InlineData("orders:5-", 5, true)]
    [InlineData("orders:-3", 3, false)]
    [InlineData("bills,ord.*:2", 2, true)]
    [InlineData("bills", 2, false)]
    public void Partitions_are_chosen_by_ranges_without_their_end(string rules, int partition, bool expected) =>
        Assert.Equal(expected, GetOffsetsCommand.IsMeant(rules, "orders", partition));

    [Fact]
    public void A_file_of_elections_is_read()
    {
        Assert.Equal([new TopicAndPartition("a", 1)], LeaderElectionCommand.Parse("""{"partitions": [{"topic": "a", "partition": 1}]}"""));
        Assert.Throws<CommandException>(() => LeaderElectionCommand.Parse("{}"));
    }

    [Fact]
    public void Progress_shows_share_and_rate()
    {
        Assert.Equal(" 50 %  1,000 records, 500/s", Progress.Line("records", 1000, 2000, TimeSpan.FromSeconds(2)));
        Assert.Equal("1,000 records, 500/s", Progress.Line("records", 1000, 0, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Every_command_and_option_is_described_and_no_name_stands_twice()
    {
        var commands = new Queue<System.CommandLine.Command>([CommandLine.Build()]);
        while (commands.TryDequeue(out var command))
        {
            Assert.False(string.IsNullOrWhiteSpace(command.Description), command.Name);
            Assert.All(command.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), $"{command.Name} {option.Name}"));
            var names = command.Options.SelectMany(option => option.Aliases.Prepend(option.Name)).ToArray();
            Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
            foreach (var child in command.Subcommands)
            {
                commands.Enqueue(child);
            }
        }
    }

    [Fact]
    public void A_file_that_asks_for_TLS_is_refused()
    {
        using var folder = new TestFolder();
        var file = new FileInfo(Path.Combine(folder.Path, "client.properties"));
        File.WriteAllText(file.FullName, "security.protocol=SSL\n");
        Assert.Contains("security.protocol=SSL", Assert.Throws<CommandException>(() => ClientProperties.Check(file)).Message, StringComparison.Ordinal);
        File.WriteAllText(file.FullName, "client.id=me\nsecurity.protocol=PLAINTEXT\n");
        ClientProperties.Check(file);
    }

    [Fact]
    public void The_executable_says_what_may_stand_at_a_place()
    {
        using var folder = new TestFolder();
        const string Line = "deterministic groups --reset";
        var (exitCode, output, _) = HostProcess.RunWithOutput(folder.Path, $"[suggest:{Line.Length}]", Line);
        Assert.Equal(0, exitCode);
        Assert.Equal("--reset-offsets", output.Trim());
        Assert.Contains("complete -o default", HostProcess.RunWithOutput(folder.Path, "completion", "bash").Output, StringComparison.Ordinal);
        Assert.Equal(1, HostProcess.RunWithOutput(folder.Path, "completion", "sh").ExitCode);
    }

    [Fact]
    public void A_reassignment_says_which_replicas_go_where()
    {
        var planned = Assert.Single(PlannedReplicas.ParseAll(
            """{"version": 1, "partitions": [{"topic": "a", "partition": 2, "replicas": [1, 2], "log_dirs": ["any", "/d"]}]}"""));
        Assert.Equal(("a", 2), (planned.Topic, planned.Partition));
        Assert.Equal([1, 2], planned.Replicas);
        Assert.Equal([(2, "/d")], planned.Moves);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"version": 2, "partitions": [{"topic": "a", "partition": 0, "replicas": [1]}]}""")]
    [InlineData("""{"version": 1, "partitions": []}""")]
    [InlineData("""{"version": 1, "partitions": [{"topic": "a", "partition": 0, "replicas": []}]}""")]
    [InlineData("""{"version": 1, "partitions": [{"topic": "a", "partition": 0, "replicas": [1, 1]}]}""")]
    [InlineData("""{"version": 1, "partitions": [{"topic": "a", "partition": 0, "replicas": [1], "log_dirs": ["/d", "/e"]}]}""")]
    [InlineData("""{"version": 1, "partitions": [{"topic": "a", "partition": 0, "replicas": [1]}, {"topic": "a", "partition": 0, "replicas": [1]}]}""")]
    public void A_reassignment_that_means_nothing_is_refused(string text) => Assert.Throws<CommandException>(() => PlannedReplicas.ParseAll(text));
}
