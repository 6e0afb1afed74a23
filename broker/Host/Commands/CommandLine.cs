using System.CommandLine;
using Deterministic.Host.Commands.Groups;
using Deterministic.Host.Commands.Performance;
using Deterministic.Host.Commands.Transactions;
using Deterministic.Host.Commands.Reassignments;

namespace Deterministic.Host.Commands;

/// <summary>The whole command line. Built once by Program.</summary>
internal static class CommandLine
{
    /// <summary>All commands; without one the broker starts.</summary>
    public static RootCommand Build()
    {
        var common = new CommonOptions();
        var runner = new CommandRunner(common);
        var root = new RootCommand("A Kafka broker. Without a command it starts one with default settings.") { common.Verbose };
        StartCommand.AddTo(root, runner);
        root.Add(FormatCommand.Build(runner));
        root.Add(FormatCommand.BuildRandomUuid(runner));
        root.Add(TopicsCommand.Build(common, runner));
        root.Add(ProduceCommand.Build(common, runner));
        root.Add(ConsumeCommand.Build(common, runner));
        root.Add(GroupsCommand.Build(common, runner));
        root.Add(ConfigsCommand.Build(common, runner));
        root.Add(DeleteRecordsCommand.Build(common, runner));
        root.Add(LogDirsCommand.Build(common, runner));
        root.Add(GetOffsetsCommand.Build(common, runner));
        root.Add(TransactionsCommand.Build(common, runner));
        root.Add(LeaderElectionCommand.Build(common, runner));
        root.Add(ReassignPartitionsCommand.Build(common, runner));
        root.Add(ClientMetricsCommand.Build(common, runner));
        root.Add(ClusterCommand.Build(common, runner));
        root.Add(ApiVersionsCommand.Build(common, runner));
        root.Add(FeaturesCommand.Build(common, runner));
        root.Add(MetadataCommand.Build(common, runner));
        root.Add(LogCommand.Build(common, runner));
        root.Add(ProducerPerfTestCommand.Build(common, runner));
        root.Add(ConsumerPerfTestCommand.Build(common, runner));
        root.Add(EndToEndLatencyCommand.Build(common, runner));
        root.Add(CompletionCommand.Build(runner));
        ClientProperties.AddTo(root, common);
        return root;
    }
}
