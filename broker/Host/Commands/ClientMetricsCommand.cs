using System.CommandLine;
using Deterministic.Host.Client;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands;

/// <summary><c>client-metrics</c>: subscriptions to metrics of clients (KIP-714); option names as kafka-client-metrics has them.</summary>
internal sealed class ClientMetricsCommand
{
    private const sbyte SetValue = 0;
    private const sbyte DeleteValue = 1;
    private const sbyte DynamicSource = 7;

    private readonly CommonOptions _common;
    private readonly Option<bool> _list = new("--list") { Description = "List subscriptions" };
    private readonly Option<bool> _describe = new("--describe") { Description = "Show one subscription, or all" };
    private readonly Option<bool> _alter = new("--alter") { Description = "Make or change a subscription" };
    private readonly Option<bool> _delete = new("--delete") { Description = "Delete a subscription" };
    private readonly Option<string?> _name = new("--name") { Description = "Name of the subscription" };
    private readonly Option<bool> _generateName = new("--generate-name") { Description = "With --alter: make a name" };
    private readonly Option<string?> _metrics = new("--metrics") { Description = "m1,m2: prefixes of metric names; * for all, empty to take back" };
    private readonly Option<string?> _interval = new("--interval") { Description = "Milliseconds between two pushes of a client; empty to take back" };
    private readonly Option<string[]> _match = new("--match") { Description = "k1=v1,k2=v2: clients that are meant, by client_id, client_software_name ...; empty to take back" };

    private ClientMetricsCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new ClientMetricsCommand(common);
        var command = new Command("client-metrics", "List, describe, alter and delete subscriptions to metrics of clients")
        {
            common.BootstrapServer, common.Json, self._list, self._describe, self._alter, self._delete, self._name, self._generateName,
            self._metrics, self._interval, self._match,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        Option<bool>[] actions = [_list, _describe, _alter, _delete];
        if (actions.Count(action => result.GetValue(action)) != 1)
        {
            throw new CommandException("Give exactly one of --list, --describe, --alter, --delete");
        }

        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-client-metrics");
        if (result.GetValue(_list))
        {
            await ListAsync(client, result, cancellation);
        }
        else if (result.GetValue(_describe))
        {
            await DescribeAsync(client, result, cancellation);
        }
        else if (result.GetValue(_alter))
        {
            await AlterAsync(client, NameToAlter(result), result, cancellation);
        }
        else
        {
            await DeleteAsync(client, RequireName(result), cancellation);
        }

        return ExitCode.Success;
    }

    private string RequireName(ParseResult result) => result.GetValue(_name) ?? throw new CommandException("--name is missing");

    private string NameToAlter(ParseResult result)
    {
        if (!result.GetValue(_generateName))
        {
            return result.GetValue(_name) ?? throw new CommandException("--alter needs --name NAME or --generate-name");
        }

        return result.GetValue(_name) is null ? Uuid.FromRandom(new OsRandom()).ToString() : throw new CommandException("Give --name or --generate-name, not both");
    }

    private async Task ListAsync(KafkaClient client, ParseResult result, CancellationToken cancellation)
    {
        var names = await ConfigEntity.NamesAsync(client, ConfigEntity.ClientMetrics, cancellation);
        if (!result.GetValue(_common.Json))
        {
            foreach (var name in names)
            {
                Console.WriteLine(name);
            }

            return;
        }

        var report = new Report("Name");
        foreach (var name in names)
        {
            report.Add(name);
        }

        report.Print(asJson: true);
    }

    private async Task DescribeAsync(KafkaClient client, ParseResult result, CancellationToken cancellation)
    {
        var names = result.GetValue(_name) is { } name ? [name] : await ConfigEntity.NamesAsync(client, ConfigEntity.ClientMetrics, cancellation);
        var report = new Report("Name", "Key", "Value");
        foreach (var subscription in names)
        {
            foreach (var (key, value) in await ValuesAsync(client, subscription, cancellation))
            {
                report.Add(subscription, key, value);
            }
        }

        report.Print(result);
    }

    private async Task AlterAsync(KafkaClient client, string name, ParseResult result, CancellationToken cancellation)
    {
        string? match = result.GetValue(_match) is { Length: > 0 } given ? string.Join(',', given) : null;
        var changes = new[] { ("metrics", result.GetValue(_metrics)), ("interval.ms", result.GetValue(_interval)), ("match", match) }
            .Where(change => change.Item2 is not null).ToArray();
        if (changes.Length == 0)
        {
            throw new CommandException("--alter needs at least one of --metrics, --interval, --match");
        }

        await ChangeAsync(client, name, changes.Select(change => (change.Item1, change.Item2!.Length > 0 ? change.Item2 : null)), cancellation);
        Console.WriteLine($"Altered client metrics config for {name}.");
    }

    private static async Task DeleteAsync(KafkaClient client, string name, CancellationToken cancellation)
    {
        var values = await ValuesAsync(client, name, cancellation);
        if (values.Count == 0)
        {
            throw new CommandException($"There is no subscription {name}; deterministic client-metrics --list shows those that are");
        }

        await ChangeAsync(client, name, values.Select(pair => (pair.Key, (string?)null)), cancellation);
        Console.WriteLine($"Deleted client metrics config for {name}.");
    }

    private static async Task<IReadOnlyList<(string Key, string? Value)>> ValuesAsync(KafkaClient client, string name, CancellationToken cancellation)
    {
        var request = new DescribeConfigsRequest();
        request.Resources.Add(new DescribeConfigsRequest.DescribeConfigsResource
        {
            ResourceType = ConfigEntity.ClientMetrics, ResourceName = name, ConfigurationKeys = Seq<Text>.Null,
        });
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<DescribeConfigsRequest, DescribeConfigsResponse>(request, cancellation);
        KafkaClientException.ThrowOn(response.Results[0].ErrorCode, $"Subscription {name}", response.Results[0].ErrorMessage.AsString());
        return [.. response.Results[0].Configs.ToArray().Where(config => config.ConfigSource == DynamicSource)
            .OrderBy(config => config.Name.ToString(), StringComparer.Ordinal).Select(config => (config.Name.ToString(), config.Value.AsString()))];
    }

    private static async Task ChangeAsync(
        KafkaClient client, string name, IEnumerable<(string Key, string? Value)> values, CancellationToken cancellation)
    {
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = ConfigEntity.ClientMetrics, ResourceName = name };
        foreach (var (key, value) in values)
        {
            resource.Configs.Add(new IncrementalAlterConfigsRequest.AlterableConfig
            {
                Name = key, ConfigOperation = value is null ? DeleteValue : SetValue, Value = Text.Of(value),
            });
        }

        var request = new IncrementalAlterConfigsRequest();
        request.Resources.Add(resource);
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(request, cancellation);
        KafkaClientException.ThrowOn(response.Responses[0].ErrorCode, $"Subscription {name} was not changed", response.Responses[0].ErrorMessage.AsString());
    }
}
