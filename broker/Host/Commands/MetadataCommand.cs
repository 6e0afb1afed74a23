using System.CommandLine;
using Deterministic.Host.Client;
using Deterministic.Protocol.Apis;

namespace Deterministic.Host.Commands;

/// <summary><c>metadata quorum</c>: the state of the metadata quorum; options as kafka-metadata-quorum has them.</summary>
internal sealed class MetadataCommand
{
    private readonly CommonOptions _common;
    private readonly Option<bool> _status = new("--status") { Description = "Leader, epoch and voters" };
    private readonly Option<bool> _replication = new("--replication") { Description = "Log end offset and lag of each replica" };

    private MetadataCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new MetadataCommand(common);
        var describe = new Command("describe", "Show the state of the quorum") { common.BootstrapServer, common.Json, self._status, self._replication };
        runner.Set(describe, self.RunAsync);
        return new Command("metadata", "Show the cluster's metadata")
        {
            new Command("quorum", "Show the metadata quorum") { describe }, MetadataShellCommand.Build(runner),
        };
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        if (result.GetValue(_status) == result.GetValue(_replication))
        {
            throw new CommandException("Give exactly one of --status, --replication");
        }

        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-metadata");
        var topic = new DescribeQuorumRequest.TopicData { TopicName = "__cluster_metadata" };
        topic.Partitions.Add(default);
        var request = new DescribeQuorumRequest();
        request.Topics.Add(topic);
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<DescribeQuorumRequest, DescribeQuorumResponse>(request, cancellation);
        KafkaClientException.ThrowOn(response.ErrorCode, "The quorum cannot be described", response.ErrorMessage.AsString());
        var partition = response.Topics[0].Partitions[0];
        KafkaClientException.ThrowOn(partition.ErrorCode, "The quorum cannot be described", partition.ErrorMessage.AsString());
        if (result.GetValue(_replication))
        {
            Replication(partition).Print(result.GetValue(_common.Json));
            return ExitCode.Success;
        }

        await StatusAsync(client, response, partition, result, cancellation);
        return ExitCode.Success;
    }

    private async Task StatusAsync(
        KafkaClient client, DescribeQuorumResponse response, DescribeQuorumResponse.PartitionData partition, ParseResult result, CancellationToken cancellation)
    {
        var metadata = await client.MetadataAsync([], cancellation);
        var report = new Report("Cluster id", "Leader id", "Leader epoch", "High watermark", "Max follower lag", "Current voters", "Current observers");
        var leaderEnd = EndOf(partition);
        var lag = partition.CurrentVoters.ToArray().Select(voter => leaderEnd - voter.LogEndOffset).DefaultIfEmpty(0L).Max();
        var voters = partition.CurrentVoters.ToArray().Select(voter =>
        {
            var node = response.Nodes.ToArray().FirstOrDefault(node => node.NodeId == voter.ReplicaId);
            return $"{voter.ReplicaId}@{string.Join(',', node.Listeners.ToArray().Select(listener => $"{listener.Host}:{listener.Port}"))}";
        });
        report.Add(
            metadata.ClusterId.AsString(), partition.LeaderId, partition.LeaderEpoch, partition.HighWatermark, lag, string.Join(' ', voters),
            string.Join(' ', partition.Observers.ToArray().Select(observer => observer.ReplicaId)));
        report.Print(result.GetValue(_common.Json));
    }

    private static Report Replication(DescribeQuorumResponse.PartitionData partition)
    {
        var report = new Report("Node id", "Directory id", "Log end offset", "Lag", "Last fetch timestamp", "Last caught up timestamp", "Status");
        var leaderEnd = EndOf(partition);
        foreach (var (replica, isVoter) in partition.CurrentVoters.ToArray().Select(voter => (voter, true))
            .Concat(partition.Observers.ToArray().Select(observer => (observer, false))))
        {
            report.Add(
                replica.ReplicaId, replica.ReplicaDirectoryId.ToString(), replica.LogEndOffset, leaderEnd - replica.LogEndOffset,
                replica.LastFetchTimestamp, replica.LastCaughtUpTimestamp,
                replica.ReplicaId == partition.LeaderId ? "Leader" : isVoter ? "Follower" : "Observer");
        }

        return report;
    }

    private static long EndOf(DescribeQuorumResponse.PartitionData partition) =>
        partition.CurrentVoters.ToArray().Where(voter => voter.ReplicaId == partition.LeaderId).Select(voter => voter.LogEndOffset).FirstOrDefault();
}
