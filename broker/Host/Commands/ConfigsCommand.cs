using System.CommandLine;
using System.Globalization;
using Deterministic.Host.Client;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands;

/// <summary><c>configs</c>: describes and changes configurations of topics, brokers, groups and client metrics; option names as kafka-configs has them.</summary>
internal sealed class ConfigsCommand
{
    private const sbyte Set = 0;
    private const sbyte Delete = 1;
    private const int DefaultSource = 5;
    private const int StaticSource = 4;

    private readonly CommonOptions _common;
    private readonly Option<bool> _describe = new("--describe") { Description = "Show what is set" };
    private readonly Option<bool> _alter = new("--alter") { Description = "Change keys, with --add-config and --delete-config" };
    private readonly Option<bool> _all = new("--all") { Description = "Show every key, also those that nobody set" };
    private readonly Option<string?> _addConfig = new("--add-config") { Description = "k1=v1,k2=[v1,v2]: keys to set" };
    private readonly Option<string?> _deleteConfig = new("--delete-config") { Description = "k1,k2: keys to take back" };
    private readonly ConfigEntity _entity = new();

    private ConfigsCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new ConfigsCommand(common);
        var command = new Command("configs", "Describe and change configurations of topics, brokers, groups and client metrics, and quotas of users, clients and addresses")
        {
            common.BootstrapServer, common.Json, self._describe, self._alter, self._all, self._addConfig, self._deleteConfig,
        };
        foreach (var option in self._entity.Options)
        {
            command.Add(option);
        }

        runner.Set(command, self.RunAsync);
        return command;
    }

    /// <summary>Keys and values of <c>--add-config</c>; a value with commas stands in brackets.</summary>
    internal static IReadOnlyList<(string Key, string Value)> ParseAdditions(string text)
    {
        var additions = new List<(string, string)>();
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                throw new CommandException($"--add-config {text}: write it as k1=v1,k2=[v1,v2]");
            }

            var key = text[at..equals].Trim();
            var isBracketed = equals + 1 < text.Length && text[equals + 1] == '[';
            var end = isBracketed ? text.IndexOf(']', equals) : text.IndexOf(',', equals);
            if (key.Length == 0 || (isBracketed && end < 0))
            {
                throw new CommandException($"--add-config {text}: {(key.Length == 0 ? "a key is missing" : "a bracket is not closed")}");
            }

            end = end < 0 ? text.Length : end;
            additions.Add((key, text[(equals + (isBracketed ? 2 : 1))..end].Trim()));
            at = isBracketed ? Math.Min(text.Length, end + 2) : end + 1;
        }

        return additions;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        if (result.GetValue(_describe) == result.GetValue(_alter))
        {
            throw new CommandException("Give exactly one of --describe, --alter");
        }

        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-configs");
        var quotas = _entity.Quotas(result);
        if (quotas.Count > 0)
        {
            var command = new QuotaConfigs(client, quotas);
            await (result.GetValue(_alter)
                ? command.AlterAsync(result.GetValue(_addConfig), result.GetValue(_deleteConfig), cancellation)
                : command.DescribeAsync(result.GetValue(_common.Json), cancellation));
        }
        else if (result.GetValue(_alter))
        {
            await AlterAsync(client, result, cancellation);
        }
        else
        {
            await DescribeAsync(client, result, cancellation);
        }

        return ExitCode.Success;
    }

    private async Task AlterAsync(KafkaClient client, ParseResult result, CancellationToken cancellation)
    {
        var (type, name) = _entity.Of(result);
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource
        {
            ResourceType = type, ResourceName = name ?? throw new CommandException("--alter needs the name of the entity, or --entity-default"),
        };
        foreach (var (key, value) in ParseAdditions(result.GetValue(_addConfig) ?? ""))
        {
            resource.Configs.Add(new IncrementalAlterConfigsRequest.AlterableConfig { Name = key, ConfigOperation = Set, Value = value });
        }

        foreach (var key in (result.GetValue(_deleteConfig) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            resource.Configs.Add(new IncrementalAlterConfigsRequest.AlterableConfig { Name = key, ConfigOperation = Delete, Value = Text.Null });
        }

        if (resource.Configs.Count == 0)
        {
            throw new CommandException("At least one of --add-config, --delete-config must be specified with --alter");
        }

        var request = new IncrementalAlterConfigsRequest();
        request.Resources.Add(resource);
        var connection = await ConnectionAsync(client, type, name, cancellation);
        var response = await connection.SendAsync<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(request, cancellation);
        var answer = response.Responses[0];
        KafkaClientException.ThrowOn(
            answer.ErrorCode, $"The configuration of {ConfigEntity.Describe(type, name)} was not changed", answer.ErrorMessage.AsString());
        Console.WriteLine($"Completed updating config for {ConfigEntity.Describe(type, name)}.");
    }

    private async Task DescribeAsync(KafkaClient client, ParseResult result, CancellationToken cancellation)
    {
        var (type, asked) = _entity.Of(result);
        var names = asked is not null ? [asked] : await ConfigEntity.NamesAsync(client, type, cancellation);
        var report = new Report("Type", "Name", "Key", "Value", "Source", "Sensitive", "Read only", "Synonyms");
        foreach (var name in names)
        {
            var request = new DescribeConfigsRequest { IncludeSynonyms = true };
            request.Resources.Add(new DescribeConfigsRequest.DescribeConfigsResource
            {
                ResourceType = type, ResourceName = name, ConfigurationKeys = Seq<Text>.Null,
            });
            var connection = await ConnectionAsync(client, type, name, cancellation);
            var response = await connection.SendAsync<DescribeConfigsRequest, DescribeConfigsResponse>(request, cancellation);
            KafkaClientException.ThrowOn(response.Results[0].ErrorCode, ConfigEntity.Describe(type, name), response.Results[0].ErrorMessage.AsString());
            foreach (var config in response.Results[0].Configs.ToArray().OrderBy(config => config.Name.ToString(), StringComparer.Ordinal))
            {
                if (result.GetValue(_all) || config.ConfigSource is not (DefaultSource or StaticSource))
                {
                    report.Add(
                        ConfigEntity.TypeName(type), name, config.Name.ToString(), config.Value.AsString(), SourceName(config.ConfigSource),
                        config.IsSensitive, config.ReadOnly,
                        string.Join(", ", config.Synonyms.ToArray().Select(synonym => $"{SourceName(synonym.Source)}:{synonym.Name}={synonym.Value}")));
                }
            }
        }

        report.Print(result.GetValue(_common.Json));
    }

    /// <summary>A broker answers for itself alone.</summary>
    private static async Task<KafkaConnection> ConnectionAsync(KafkaClient client, sbyte type, string? name, CancellationToken cancellation)
    {
        if (type == ConfigEntity.Broker && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            await client.MetadataAsync([], cancellation);
            return await client.NodeAsync(id, cancellation);
        }

        return await client.AnyAsync(cancellation);
    }

    private static string SourceName(sbyte source) => source switch
    {
        1 => "DYNAMIC_TOPIC_CONFIG",
        2 => "DYNAMIC_BROKER_CONFIG",
        3 => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        StaticSource => "STATIC_BROKER_CONFIG",
        DefaultSource => "DEFAULT_CONFIG",
        6 => "DYNAMIC_BROKER_LOGGER_CONFIG",
        7 => "DYNAMIC_CLIENT_METRICS_CONFIG",
        8 => "DYNAMIC_GROUP_CONFIG",
        _ => "UNKNOWN",
    };
}
