using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Configs;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>
/// Decides AlterConfigs and IncrementalAlterConfigs: what each resource's configuration becomes, and whether it may. One
/// resource is changed whole or not at all, and does not concern the others. Lives for one request on shard 0.
/// </summary>
internal sealed class ConfigAlteration
{
    private const string MinInsyncReplicas = "min.insync.replicas";

    private readonly ControllerContext _context;
    private readonly ConfigResourceRules _rules;
    private readonly MetadataRecordList _records = new();
    private readonly bool _hasElr;

    private ConfigAlteration(ControllerContext context)
    {
        _context = context;
        _rules = new ConfigResourceRules(context);
        _hasElr = context.Image.FeatureLevel(FeatureNames.EligibleLeaderReplicasVersion) > 0;
    }

    private readonly record struct Change(string Key, ConfigOperation Operation, string? Value);

    internal static ControllerDecision<IncrementalAlterConfigsResponse> Decide(
        in IncrementalAlterConfigsRequest request, ControllerContext context)
    {
        var alteration = new ConfigAlteration(context);
        var counts = new Dictionary<(sbyte, Text), int>();
        foreach (ref var resource in request.Resources.Span)
        {
            counts[(resource.ResourceType, resource.ResourceName)] = counts.GetValueOrDefault((resource.ResourceType, resource.ResourceName)) + 1;
        }

        var response = new IncrementalAlterConfigsResponse();
        foreach (ref var resource in request.Resources.Span)
        {
            var changes = new List<Change>(resource.Configs.Count);
            foreach (ref var config in resource.Configs.Span)
            {
                changes.Add(new Change(config.Name.ToString(), (ConfigOperation)config.ConfigOperation, config.Value.AsString()));
            }

            var isOnce = counts[(resource.ResourceType, resource.ResourceName)] == 1;
            var (error, message) = alteration.DecideOne(resource.ResourceType, resource.ResourceName.ToString(), changes, isOnce, replacesAll: false);
            response.Responses.Add(new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
            {
                ErrorCode = (short)error,
                ErrorMessage = Text.Of(message),
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName.Copy(),
            });
        }

        return new ControllerDecision<IncrementalAlterConfigsResponse>(request.ValidateOnly ? new MetadataRecordList() : alteration._records, response);
    }

    internal static ControllerDecision<AlterConfigsResponse> Decide(in AlterConfigsRequest request, ControllerContext context)
    {
        var alteration = new ConfigAlteration(context);
        var counts = new Dictionary<(sbyte, Text), int>();
        foreach (ref var resource in request.Resources.Span)
        {
            counts[(resource.ResourceType, resource.ResourceName)] = counts.GetValueOrDefault((resource.ResourceType, resource.ResourceName)) + 1;
        }

        var response = new AlterConfigsResponse();
        foreach (ref var resource in request.Resources.Span)
        {
            var changes = new List<Change>(resource.Configs.Count);
            foreach (ref var config in resource.Configs.Span)
            {
                changes.Add(new Change(config.Name.ToString(), ConfigOperation.Set, config.Value.AsString()));
            }

            var isOnce = counts[(resource.ResourceType, resource.ResourceName)] == 1;
            var (error, message) = alteration.DecideOne(resource.ResourceType, resource.ResourceName.ToString(), changes, isOnce, replacesAll: true);
            response.Responses.Add(new AlterConfigsResponse.AlterConfigsResourceResponse
            {
                ErrorCode = (short)error,
                ErrorMessage = Text.Of(message),
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName.Copy(),
            });
        }

        return new ControllerDecision<AlterConfigsResponse>(request.ValidateOnly ? new MetadataRecordList() : alteration._records, response);
    }

    private (ErrorCode Error, string? Message) DecideOne(sbyte type, string name, List<Change> changes, bool isOnce, bool replacesAll)
    {
        try
        {
            CheckForm(type, changes, isOnce, replacesAll);
            if (type == ConfigResource.BrokerLogger)
            {
                _rules.RefuseLoggers(name, changes.Select(change => (change.Key, change.Operation, change.Value)));
                return (ErrorCode.None, null);
            }

            // Of a broker the names "1" and "01" are the same one's.
            var resource = new ConfigResource(type, type == ConfigResource.Broker ? _rules.BrokerName(name) : name);
            var before = _context.Image.ConfigOf(resource);
            var after = Apply(resource, before, changes, replacesAll);
            _rules.Check(resource, after);
            CheckMinInsyncReplicas(resource, before, after);
            Write(resource, before, after);
            return (ErrorCode.None, null);
        }
        catch (Refusal refusal)
        {
            Mark.Hit("configs.alteration-refused");
            return (refusal.Error, refusal.Text);
        }
    }

    private static void CheckForm(sbyte type, List<Change> changes, bool isOnce, bool replacesAll)
    {
        if (!isOnce)
        {
            throw new Refusal(ErrorCode.InvalidRequest, "Each resource must appear at most once.");
        }

        if (changes.Select(change => change.Key).Distinct(StringComparer.Ordinal).Count() != changes.Count)
        {
            throw new Refusal(ErrorCode.InvalidRequest, "Error due to duplicate config keys");
        }

        var nulls = changes.FindAll(change => change.Value is null && change.Operation != ConfigOperation.Delete);
        if (nulls.Count > 0)
        {
            throw new Refusal(
                ErrorCode.InvalidRequest, $"Null value not supported for : {string.Join(", ", nulls.Select(change => change.Key))}");
        }

        var isKnown = type is ConfigResource.Topic or ConfigResource.Broker or ConfigResource.ClientMetrics or ConfigResource.Group
            || (type == ConfigResource.BrokerLogger && !replacesAll);
        if (!isKnown)
        {
            throw new Refusal(ErrorCode.InvalidRequest, $"Unknown resource type {type}");
        }

        if (changes.Exists(change => !Enum.IsDefined(change.Operation)))
        {
            // Kafka's brokers look at what concerns them; other resources go to the controller, which fails.
            var unknown = (sbyte)changes.First(change => !Enum.IsDefined(change.Operation)).Operation;
            throw type == ConfigResource.Broker
                ? new Refusal(ErrorCode.InvalidRequest, $"Unknown operations type {unknown}")
                : new Refusal(ErrorCode.UnknownServerError, null);
        }
    }

    private SortedDictionary<string, string> Apply(
        in ConfigResource resource, ImmutableSortedDictionary<string, string> before, List<Change> changes, bool replacesAll)
    {
        var after = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!replacesAll)
        {
            foreach (var (key, value) in before)
            {
                after[key] = value;
            }
        }

        foreach (var change in changes)
        {
            switch (change.Operation)
            {
                case ConfigOperation.Set:
                    after[change.Key] = change.Value!;
                    break;
                case ConfigOperation.Delete:
                    after.Remove(change.Key);
                    break;
                default:
                    after[change.Key] = ChangeList(resource, change, after.GetValueOrDefault(change.Key));
                    break;
            }
        }

        return after;
    }

    private string ChangeList(in ConfigResource resource, in Change change, string? current)
    {
        var isAppend = change.Operation == ConfigOperation.Append;
        if (_rules.FindList(resource, change.Key) is not { } inherited)
        {
            throw new Refusal(
                ErrorCode.InvalidConfig,
                resource.Type == ConfigResource.Broker
                    ? $"Config value {(isAppend ? "append" : "subtract")} is not allowed for config key: {change.Key}"
                    : $"Can't {(isAppend ? "APPEND" : "SUBTRACT")} to key {change.Key} because its type is not LIST.");
        }

        Mark.Hit("configs.list-changed");
        var items = ConfigKey.SplitList(current ?? inherited).ToList();
        foreach (var item in change.Value!.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!isAppend)
            {
                items.RemoveAll(known => known == item);
            }
            else if (!items.Contains(item, StringComparer.Ordinal))
            {
                items.Add(item);
            }
        }

        return string.Join(',', items);
    }

    /// <summary>With ELR the controller must know min.insync.replicas: it stands in the metadata for the cluster, and no broker has its own.</summary>
    private void CheckMinInsyncReplicas(
        in ConfigResource resource, ImmutableSortedDictionary<string, string> before, SortedDictionary<string, string> after)
    {
        if (!_hasElr || resource.Type != ConfigResource.Broker)
        {
            return;
        }

        var wanted = after.GetValueOrDefault(MinInsyncReplicas);
        if (resource != ConfigResource.DefaultBroker && wanted is not null && wanted != ValueOf(before, MinInsyncReplicas))
        {
            throw new Refusal(ErrorCode.InvalidConfig, "Broker-level min.insync.replicas cannot be altered while ELR is enabled.");
        }

        if (resource == ConfigResource.DefaultBroker && wanted is null)
        {
            throw new Refusal(ErrorCode.InvalidConfig, "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.");
        }
    }

    private static string? ValueOf(ImmutableSortedDictionary<string, string> configs, string key) =>
        configs.TryGetValue(key, out var value) ? value : null;

    private void Write(ConfigResource resource, ImmutableSortedDictionary<string, string> before, SortedDictionary<string, string> after)
    {
        foreach (var key in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var value = after.GetValueOrDefault(key);
            if (value == ValueOf(before, key))
            {
                continue;
            }

            Mark.Hit("configs.altered");
            _records.Add(new ConfigRecord
            {
                ResourceType = resource.Type,
                ResourceName = Text.Of(resource.Name),
                Name = Text.Of(key),
                Value = Text.Of(value),
            });

            // Who was eligible was so by the old number.
            if (_hasElr && key == MinInsyncReplicas && (resource.Type == ConfigResource.Topic || resource == ConfigResource.DefaultBroker))
            {
                _records.Add(new ClearElrRecord { TopicName = resource.Type == ConfigResource.Topic ? Text.Of(resource.Name) : Text.Empty });
            }
        }
    }
}
