using Deterministic.Protocol.Stored.Metadata;

namespace Deterministic.Server.Metadata;

/// <summary>A quota of an entity: <paramref name="Entity"/> is the canonical text of its parts, whatever their order in the record.</summary>
public readonly record struct ClientQuotaKey(string Entity, string Key) : IComparable<ClientQuotaKey>
{
    /// <summary>The key of a record.</summary>
    public static ClientQuotaKey Of(in ClientQuotaRecord record) =>
        new(QuotaEntity.Of(record).Canonical(), record.Key.ToString());

    /// <inheritdoc/>
    public int CompareTo(ClientQuotaKey other)
    {
        var byEntity = string.CompareOrdinal(Entity, other.Entity);
        return byEntity != 0 ? byEntity : string.CompareOrdinal(Key, other.Key);
    }

    /// <summary>By entity, then by key.</summary>
    public static bool operator <(ClientQuotaKey left, ClientQuotaKey right) => left.CompareTo(right) < 0;

    /// <summary>By entity, then by key.</summary>
    public static bool operator >(ClientQuotaKey left, ClientQuotaKey right) => left.CompareTo(right) > 0;

    /// <summary>By entity, then by key.</summary>
    public static bool operator <=(ClientQuotaKey left, ClientQuotaKey right) => left.CompareTo(right) <= 0;

    /// <summary>By entity, then by key.</summary>
    public static bool operator >=(ClientQuotaKey left, ClientQuotaKey right) => left.CompareTo(right) >= 0;
}
