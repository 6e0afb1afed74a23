using System.CommandLine;
using Deterministic.Host.Client;
using Deterministic.Protocol.Apis;

namespace Deterministic.Host.Commands;

/// <summary>Whose configuration is meant, in the two ways in which kafka-configs can be told. Lives for one command.</summary>
internal sealed class ConfigEntity
{
    internal const sbyte Topic = 2;
    internal const sbyte Broker = 4;
    internal const sbyte ClientMetrics = 16;
    internal const sbyte Group = 32;

    private static readonly (string Plural, string Singular, sbyte Type)[] s_types =
        [("topics", "topic", Topic), ("brokers", "broker", Broker), ("groups", "group", Group), ("client-metrics", "client-metric", ClientMetrics)];

    private readonly Option<string[]> _type = new("--entity-type") { Description = "topics, brokers, groups, client-metrics, users, clients or ips; users and clients together" };
    private readonly Option<string[]> _name = new("--entity-name") { Description = "Name of the topic, group, subscription, user or client, address, or id of the broker" };
    private readonly Option<bool[]> _default = new("--entity-default") { Description = "What holds for all brokers, or for users, clients or addresses without quotas of their own", Arity = ArgumentArity.Zero };
    private readonly QuotaOptions _quotas = new();
    private readonly Option<string?> _topic = new("--topic") { Description = "As --entity-type topics --entity-name" };
    private readonly Option<string?> _broker = new("--broker") { Description = "As --entity-type brokers --entity-name" };
    private readonly Option<bool> _brokerDefaults = new("--broker-defaults") { Description = "As --entity-type brokers --entity-default" };
    private readonly Option<string?> _group = new("--group") { Description = "As --entity-type groups --entity-name" };
    private readonly Option<string?> _clientMetrics = new("--client-metrics") { Description = "As --entity-type client-metrics --entity-name" };

    /// <summary>All of them.</summary>
    internal IReadOnlyList<Option> Options => [_type, _name, _default, _topic, _broker, _brokerDefaults, _group, _clientMetrics, .. _quotas.Options];

    /// <summary>The users, clients and addresses whose quotas are meant; empty when the command is about something else.</summary>
    internal IReadOnlyList<QuotaTarget> Quotas(ParseResult result) => _quotas.Of(result, _type, _name, _default);

    /// <summary>Kind and name; the name is null for all there are, and empty for all brokers together.</summary>
    internal (sbyte Type, string? Name) Of(ParseResult result)
    {
        (Option<string?> Option, sbyte Type)[] shorthands = [(_topic, Topic), (_broker, Broker), (_group, Group), (_clientMetrics, ClientMetrics)];
        foreach (var (option, type) in shorthands)
        {
            if (result.GetValue(option) is { } name)
            {
                return (type, name);
            }
        }

        if (result.GetValue(_brokerDefaults))
        {
            return (Broker, "");
        }

        var asked = result.GetValue(_type) switch
        {
            [var one] => one,
            null or [] => throw new CommandException("--entity-type is missing: topics, brokers, groups, client-metrics, users, clients or ips"),
            _ => throw new CommandException("--entity-type: only users and clients go together"),
        };
        var known = Array.Find(s_types, type => type.Plural == asked);
        if (known.Plural is null)
        {
            throw new CommandException($"--entity-type {asked} is not among topics, brokers, groups, client-metrics, users, clients, ips");
        }

        if (result.GetResult(_default) is not null)
        {
            return known.Type == Broker ? (Broker, "") : throw new CommandException($"--entity-default: {asked} have no defaults of their own");
        }

        return result.GetValue(_name) switch
        {
            null or [] => (known.Type, null),
            [var name] => (known.Type, name),
            _ => throw new CommandException($"--entity-name: {asked} are named one at a time"),
        };
    }

    /// <summary>The names of all entities of a kind.</summary>
    internal static async Task<IReadOnlyList<string>> NamesAsync(KafkaClient client, sbyte type, CancellationToken cancellation)
    {
        var request = new ListConfigResourcesRequest();
        request.ResourceTypes.Add(type);
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<ListConfigResourcesRequest, ListConfigResourcesResponse>(request, cancellation);
        KafkaClientException.ThrowOn(response.ErrorCode, $"Names of {TypeName(type)}");
        return [.. response.ConfigResources.ToArray().Select(resource => resource.ResourceName.ToString()).Order(StringComparer.Ordinal)];
    }

    internal static string TypeName(sbyte type) => Array.Find(s_types, known => known.Type == type).Plural;

    internal static string Describe(sbyte type, string? name) =>
        name is "" ? "all brokers" : $"{Array.Find(s_types, known => known.Type == type).Singular} {name}";
}
