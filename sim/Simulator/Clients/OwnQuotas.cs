using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// The quotas that a client sets for its own client id. Nobody else changes them, so what was acknowledged must be what is
/// described. Owned by its client process.
/// </summary>
internal sealed class OwnQuotas(ClientProcess process)
{
    internal const string ConsumerByteRate = "consumer_byte_rate";

    private const string ClientId = "client-id";
    private const sbyte Exact = 0;

    private readonly Dictionary<string, double?> _known = new(StringComparer.Ordinal);

    /// <summary>Whether the plan has the client change its quotas at all; otherwise nobody may make it wait.</summary>
    internal bool MayBeThrottled { get; } = process.Plan.Operations.Any(operation => operation is QuotaOperation);

    /// <summary>Whether the plan has it limit what it fetches.</summary>
    internal bool MayLimitFetches { get; } = process.Plan.Operations.Any(operation => operation is QuotaOperation { Key: ConsumerByteRate });

    /// <summary>What is surely set for a key: null when it is not known, or nothing is.</summary>
    internal double? Known(string key) => _known.TryGetValue(key, out var value) ? value : null;

    /// <summary>When one of them last changed, or may have, in the shard's time.</summary>
    internal long ChangedMs { get; private set; }

    internal async Task AlterAsync(QuotaOperation operation)
    {
        var wasKnown = _known.TryGetValue(operation.Key, out var before);

        // One whose answer was lost, also in an earlier life, may yet be done after others.
        var isInDoubt = !process.Fleet.QuotasInDoubt.Add((process.Plan.Name, operation.Key));
        try
        {
            var connection = await process.AnyBrokerAsync([]);
            var request = new AlterClientQuotasRequest { ValidateOnly = operation.ValidateOnly };
            var entry = new AlterClientQuotasRequest.EntryData();
            entry.Entity.Add(new AlterClientQuotasRequest.EntityData { EntityType = ClientId, EntityName = process.Plan.Name });
            entry.Ops.Add(new AlterClientQuotasRequest.OpData { Key = operation.Key, Value = operation.Value ?? 0, Remove = operation.Value is null });
            request.Entries.Add(entry);

            // Until the answer is there it may be one or the other.
            _known.Remove(operation.Key);
            var response = await connection.AskAsync<AlterClientQuotasRequest, AlterClientQuotasResponse>(request);
            var answer = response.Entries[0];
            if (answer.ErrorCode != 0)
            {
                throw new ViolationException("expected-errors", $"AlterClientQuotas of {process.Plan.Name}, {operation.Key}={operation.Value} answers {(ErrorCode)answer.ErrorCode}: {answer.ErrorMessage}");
            }

            ChangedMs = process.Shard.MonotonicMs;
            if (!isInDoubt)
            {
                process.Fleet.QuotasInDoubt.Remove((process.Plan.Name, operation.Key));
                if (!operation.ValidateOnly || wasKnown)
                {
                    _known[operation.Key] = operation.ValidateOnly ? before : operation.Value;
                }
            }

            await DescribeAsync();
        }
        catch (RequestLostException)
        {
            // Maybe it is so now, maybe not.
            ChangedMs = process.Shard.MonotonicMs;
        }
    }

    private async Task DescribeAsync()
    {
        var connection = await process.AnyBrokerAsync([]);
        var request = new DescribeClientQuotasRequest { Strict = true };
        request.Components.Add(new DescribeClientQuotasRequest.ComponentData { EntityType = ClientId, MatchType = Exact, Match = process.Plan.Name });
        var response = await connection.AskAsync<DescribeClientQuotasRequest, DescribeClientQuotasResponse>(request);
        var found = response.Entries.ToArray().SelectMany(entry => entry.Values.ToArray()).ToDictionary(value => value.Key.ToString(), value => (double?)value.Value, StringComparer.Ordinal);
        foreach (var (key, value) in _known)
        {
            if (found.GetValueOrDefault(key) != value && !process.Fleet.MayForget)
            {
                throw new ViolationException(
                    "quotas-as-acknowledged", $"{process.Plan.Name} was told that {key} is {value?.ToString() ?? "not set"}; {found.GetValueOrDefault(key)?.ToString() ?? "nothing"} is described");
            }
        }
    }
}
