using System.Globalization;
using Deterministic.Protocol.Stored.Metadata;

namespace Deterministic.Server.Metadata;

/// <summary>A quota of an entity: <paramref name="Entity"/> is the canonical text of its parts, whatever their order in the record.</summary>
public readonly record struct ClientQuotaKey(string Entity, string Key) : IComparable<ClientQuotaKey>
{
    /// <summary>The key of a record.</summary>
    public static ClientQuotaKey Of(in ClientQuotaRecord record)
    {
        var parts = new List<string>();
        foreach (ref var part in record.Entity.Span)
        {
            // The lengths keep parts apart whatever characters the names have; a default entity has no name at all.
            var type = part.EntityType.ToString();
            var name = part.EntityName.AsString();
            parts.Add(name is null
                ? string.Create(CultureInfo.InvariantCulture, $"{type.Length}:{type}=default")
                : string.Create(CultureInfo.InvariantCulture, $"{type.Length}:{type}={name.Length}:{name}"));
        }

        parts.Sort(StringComparer.Ordinal);
        return new ClientQuotaKey(string.Join(',', parts), record.Key.ToString());
    }

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
