using System.CommandLine;
using System.Text.RegularExpressions;
using Deterministic.Host.Client;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands;

/// <summary><c>topics</c>: creates, lists, describes, alters and deletes topics; option names as kafka-topics has them.</summary>
internal sealed class TopicsCommand
{
    private const int TimeoutMs = 30_000;
    private static readonly TimeSpan s_regexTimeout = TimeSpan.FromSeconds(1);

    private readonly CommonOptions _common;
    private readonly Option<bool> _create = new("--create") { Description = "Create a topic" };
    private readonly Option<bool> _list = new("--list") { Description = "List topics" };
    private readonly Option<bool> _describe = new("--describe") { Description = "Show partitions, leaders and overrides" };
    private readonly Option<bool> _alter = new("--alter") { Description = "Give a topic more partitions, with --partitions" };
    private readonly Option<bool> _delete = new("--delete") { Description = "Delete a topic" };
    private readonly Option<string?> _topic = new("--topic") { Description = "Name, or a regular expression to list, describe or delete" };
    private readonly Option<int> _partitions = new("--partitions") { Description = "Number of partitions", DefaultValueFactory = _ => -1 };
    private readonly Option<short> _replicationFactor = new("--replication-factor") { Description = "Replicas of each partition", DefaultValueFactory = _ => -1 };
    private readonly Option<string[]> _config = new("--config") { Description = "name=value of a topic config, repeatable" };
    private readonly Option<bool> _ifNotExists = new("--if-not-exists") { Description = "Fine if the topic is there already" };
    private readonly Option<bool> _ifExists = new("--if-exists") { Description = "Fine if the topic is not there" };
    private readonly Option<bool> _excludeInternal = new("--exclude-internal") { Description = "Leave internal topics out" };

    private TopicsCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new TopicsCommand(common);
        var command = new Command("topics", "Create, list, describe, alter and delete topics")
        {
            common.BootstrapServer, common.Json, self._create, self._list, self._describe, self._alter, self._delete, self._topic,
            self._partitions, self._replicationFactor, self._config, self._ifNotExists, self._ifExists, self._excludeInternal,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        Option<bool>[] actions = [_create, _list, _describe, _alter, _delete];
        if (actions.Count(action => result.GetValue(action)) != 1)
        {
            throw new CommandException("Give exactly one of --create, --list, --describe, --alter, --delete");
        }

        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-topics");
        if (result.GetValue(_create))
        {
            await CreateAsync(client, result, cancellation);
        }
        else if (result.GetValue(_alter))
        {
            await AlterAsync(client, result, cancellation);
        }
        else if (result.GetValue(_delete))
        {
            await DeleteAsync(client, result, cancellation);
        }
        else if (result.GetValue(_list))
        {
            await ListAsync(client, result, cancellation);
        }
        else
        {
            await DescribeAsync(client, result, cancellation);
        }

        return ExitCode.Success;
    }

    private string RequireTopic(ParseResult result) =>
        result.GetValue(_topic) ?? throw new CommandException("Missing required argument --topic");

    private async Task CreateAsync(KafkaClient client, ParseResult result, CancellationToken cancellation)
    {
        var name = RequireTopic(result);
        var topic = new CreateTopicsRequest.CreatableTopic
        {
            Name = name, NumPartitions = result.GetValue(_partitions), ReplicationFactor = result.GetValue(_replicationFactor),
        };
        foreach (var pair in result.GetValue(_config) ?? [])
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new CommandException($"--config {pair}: write it as name=value, for example --config retention.ms=3600000");
            }

            topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = pair[..equals], Value = pair[(equals + 1)..] });
        }

        var request = new CreateTopicsRequest { TimeoutMs = TimeoutMs, Topics = Seq<CreateTopicsRequest.CreatableTopic>.Of(topic) };
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<CreateTopicsRequest, CreateTopicsResponse>(request, cancellation);
        var answer = response.Topics[0];
        if ((ErrorCode)answer.ErrorCode != ErrorCode.TopicAlreadyExists || !result.GetValue(_ifNotExists))
        {
            KafkaClientException.ThrowOn(answer.ErrorCode, $"Topic {name} was not created", answer.ErrorMessage.AsString());
            Console.WriteLine($"Created topic {name}.");
        }
    }

    private async Task AlterAsync(KafkaClient client, ParseResult result, CancellationToken cancellation)
    {
        var count = result.GetValue(_partitions);
        if (count < 0)
        {
            throw new CommandException("--alter needs --partitions: configs are changed with deterministic configs --alter");
        }

        foreach (var topic in await MatchingAsync(client, RequireTopic(result), result, cancellation))
        {
            var request = new CreatePartitionsRequest { TimeoutMs = TimeoutMs };
            request.Topics.Add(new CreatePartitionsRequest.CreatePartitionsTopic
            {
                Name = topic.Name, Count = count, Assignments = Seq<CreatePartitionsRequest.CreatePartitionsAssignment>.Null,
            });
            var connection = await client.AnyAsync(cancellation);
            var response = await connection.SendAsync<CreatePartitionsRequest, CreatePartitionsResponse>(request, cancellation);
            KafkaClientException.ThrowOn(
                response.Results[0].ErrorCode, $"Topic {topic.Name} was not altered", response.Results[0].ErrorMessage.AsString());
        }
    }

    private async Task DeleteAsync(KafkaClient client, ParseResult result, CancellationToken cancellation)
    {
        var names = (await MatchingAsync(client, RequireTopic(result), result, cancellation)).ConvertAll(topic => topic.Name.ToString());
        foreach (var name in names)
        {
            var request = new DeleteTopicsRequest { TimeoutMs = TimeoutMs };
            request.TopicNames.Add(name);
            request.Topics.Add(new DeleteTopicsRequest.DeleteTopicState { Name = name });
            var connection = await client.AnyAsync(cancellation);
            var response = await connection.SendAsync<DeleteTopicsRequest, DeleteTopicsResponse>(request, cancellation);
            KafkaClientException.ThrowOn(
                response.Responses[0].ErrorCode, $"Topic {name} was not deleted", response.Responses[0].ErrorMessage.AsString());
        }
    }

    private async Task ListAsync(KafkaClient client, ParseResult result, CancellationToken cancellation)
    {
        var topics = await MatchingAsync(client, result.GetValue(_topic), result, cancellation);
        if (!result.GetValue(_common.Json))
        {
            foreach (var topic in topics)
            {
                Console.WriteLine(topic.Name.ToString());
            }

            return;
        }

        var report = new Report("Topic", "Topic id", "Partitions", "Internal");
        foreach (var topic in topics)
        {
            report.Add(topic.Name.ToString(), topic.TopicId.ToString(), topic.Partitions.Count, topic.IsInternal);
        }

        report.Print(asJson: true);
    }

    private async Task DescribeAsync(KafkaClient client, ParseResult result, CancellationToken cancellation)
    {
        var report = new Report("Topic", "Topic id", "Partition", "Leader", "Leader epoch", "Replicas", "Isr", "Configs");
        foreach (var topic in await MatchingAsync(client, result.GetValue(_topic), result, cancellation))
        {
            var configs = await OverridesAsync(client, topic.Name.ToString(), cancellation);
            foreach (var partition in topic.Partitions.ToArray().OrderBy(partition => partition.PartitionIndex))
            {
                report.Add(
                    topic.Name.ToString(), topic.TopicId.ToString(), partition.PartitionIndex,
                    partition.LeaderId >= 0 ? partition.LeaderId : null, partition.LeaderEpoch,
                    string.Join(',', partition.ReplicaNodes.ToArray()), string.Join(',', partition.IsrNodes.ToArray()), configs);
            }
        }

        report.Print(result.GetValue(_common.Json));
    }

    private static async Task<string> OverridesAsync(KafkaClient client, string topic, CancellationToken cancellation)
    {
        const sbyte TopicResource = 2;
        const sbyte DynamicTopicSource = 1;
        var resource = new DescribeConfigsRequest.DescribeConfigsResource
        {
            ResourceType = TopicResource, ResourceName = topic, ConfigurationKeys = Seq<Text>.Null,
        };
        var request = new DescribeConfigsRequest { Resources = Seq<DescribeConfigsRequest.DescribeConfigsResource>.Of(resource) };
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<DescribeConfigsRequest, DescribeConfigsResponse>(request, cancellation);
        KafkaClientException.ThrowOn(response.Results[0].ErrorCode, $"Configs of {topic}", response.Results[0].ErrorMessage.AsString());
        return string.Join(',', response.Results[0].Configs.ToArray()
            .Where(config => config.ConfigSource == DynamicTopicSource).Select(config => $"{config.Name}={config.Value}"));
    }

    private async Task<List<MetadataResponse.MetadataResponseTopic>> MatchingAsync(
        KafkaClient client, string? pattern, ParseResult result, CancellationToken cancellation)
    {
        var response = await client.MetadataAsync(null, cancellation);
        var matching = response.Topics.ToArray()
            .Where(topic => Matches(topic.Name.ToString(), pattern) && !(topic.IsInternal && result.GetValue(_excludeInternal)))
            .OrderBy(topic => topic.Name.ToString(), StringComparer.Ordinal).ToList();
        if (matching.Count == 0 && pattern is not null && !result.GetValue(_ifExists))
        {
            throw new CommandException($"Topic '{pattern}' does not exist as expected; deterministic topics --list shows those that do");
        }

        return matching;
    }

    private static bool Matches(string name, string? pattern)
    {
        try
        {
            return pattern is null || name == pattern || Regex.IsMatch(name, $"^(?:{pattern})$", RegexOptions.None, s_regexTimeout);
        }
        catch (ArgumentException e)
        {
            throw new CommandException($"--topic {pattern} is not a regular expression: {e.Message}", e);
        }
    }
}
