using System.Globalization;
using System.Net;
using Deterministic.Protocol;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>Which quotas there are for which entities, and which values they may have (KIP-546). Stateless.</summary>
public static class QuotaKeys
{
    /// <summary>Bytes per second that a client may produce.</summary>
    public const string ProducerByteRate = "producer_byte_rate";

    /// <summary>Bytes per second that a client may fetch.</summary>
    public const string ConsumerByteRate = "consumer_byte_rate";

    /// <summary>Percent of one shard's time that a client's requests may take.</summary>
    public const string RequestPercentage = "request_percentage";

    /// <summary>Partitions per second that a client may create and delete (KIP-599).</summary>
    public const string ControllerMutationRate = "controller_mutation_rate";

    /// <summary>Connections per second from an address (KIP-612).</summary>
    public const string ConnectionCreationRate = "connection_creation_rate";

    /// <summary>How far from a whole number a whole number may be.</summary>
    private const double Tolerance = 1e-6;

    private enum Kind
    {
        Unknown,
        Double,
        Long,
        Int,
    }

    /// <summary>Refuses an entity that cannot have quotas.</summary>
    internal static void CheckEntity(QuotaEntity entity)
    {
        if (entity.Parts.Count == 0)
        {
            throw new Refusal(ErrorCode.InvalidRequest, "Invalid empty client quota entity");
        }

        foreach (var (kind, name) in entity.Parts.OrderBy(part => OrderOf(part.Key)))
        {
            if (OrderOf(kind) == int.MaxValue)
            {
                throw new Refusal(ErrorCode.InvalidRequest, $"Unhandled client quota entity type: {kind}");
            }

            if (name is "")
            {
                throw new Refusal(ErrorCode.InvalidRequest, $"Empty {kind} not supported");
            }
        }

        if (entity.Parts.ContainsKey(QuotaEntity.Ip))
        {
            CheckAddress(entity);
        }
    }

    /// <summary>Refuses a quota that the entity cannot have.</summary>
    internal static void CheckValue(QuotaEntity entity, string key, double value)
    {
        var kind = KindOf(key, entity.Parts.ContainsKey(QuotaEntity.Ip));
        var message = kind == Kind.Unknown ? $"Invalid configuration key {key}"
            : value <= 0 ? $"Quota {key} must be greater than 0"
            : kind == Kind.Double ? null
            : WholeNumberMessage(kind, key, value);
        if (message is not null)
        {
            throw new Refusal(ErrorCode.InvalidRequest, message);
        }
    }

    private static void CheckAddress(QuotaEntity entity)
    {
        if (entity.Parts.Count > 1)
        {
            // Kafka's words, with Kafka's missing space.
            throw new Refusal(ErrorCode.InvalidRequest, "Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId");
        }

        if (entity.Parts[QuotaEntity.Ip] is { } name && !IPAddress.TryParse(name, out _))
        {
            throw new Refusal(ErrorCode.InvalidRequest, $"{name} is not a valid IP or resolvable host.");
        }
    }

    private static string? WholeNumberMessage(Kind kind, string key, double value)
    {
        var most = kind == Kind.Int ? int.MaxValue : (double)long.MaxValue;
        return value > most ? $"Proposed value for {key} is too large for {(kind == Kind.Int ? "an INT" : "a LONG")}."
            : Math.Abs(value - Math.Truncate(value)) > Tolerance ? string.Create(CultureInfo.InvariantCulture, $"{key} cannot be a fractional value.")
            : null;
    }

    private static Kind KindOf(string key, bool isOfAddress) => (key, isOfAddress) switch
    {
        (ProducerByteRate or ConsumerByteRate, false) => Kind.Long,
        (RequestPercentage or ControllerMutationRate, false) => Kind.Double,
        (ConnectionCreationRate, true) => Kind.Int,
        _ => Kind.Unknown,
    };

    /// <summary>The order in which Kafka looks at the parts.</summary>
    private static int OrderOf(string kind) => kind switch
    {
        QuotaEntity.ClientId => 0,
        QuotaEntity.User => 1,
        QuotaEntity.Ip => 2,
        _ => int.MaxValue,
    };
}
