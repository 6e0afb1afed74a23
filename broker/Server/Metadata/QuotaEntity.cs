using System.Globalization;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Metadata;

/// <summary>
/// Whom a client quota concerns: a user, a client id, both, or an address; a null name is the default of its kind. The
/// parts stand in the order of their kinds' names. Immutable.
/// </summary>
public sealed class QuotaEntity
{
    /// <summary>The kind of a user.</summary>
    public const string User = "user";

    /// <summary>The kind of a client id.</summary>
    public const string ClientId = "client-id";

    /// <summary>The kind of an address.</summary>
    public const string Ip = "ip";

    private const string Default = "default";

    private readonly SortedDictionary<string, string?> _parts;

    private QuotaEntity(SortedDictionary<string, string?> parts)
    {
        _parts = parts;
    }

    /// <summary>Kinds and names.</summary>
    public IReadOnlyDictionary<string, string?> Parts => _parts;

    /// <summary>The entity of a record.</summary>
    public static QuotaEntity Of(in ClientQuotaRecord record)
    {
        var parts = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (ref var part in record.Entity.Span)
        {
            parts[part.EntityType.ToString()] = part.EntityName.AsString();
        }

        return new QuotaEntity(parts);
    }

    /// <summary>The entity of these parts; of two of a kind the last one counts, as for Kafka.</summary>
    public static QuotaEntity Of(IEnumerable<(string Kind, string? Name)> named)
    {
        var parts = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (kind, name) in named)
        {
            parts[kind] = name;
        }

        return new QuotaEntity(parts);
    }

    /// <summary>The entity of a <see cref="Canonical"/> text.</summary>
    public static QuotaEntity OfCanonical(string text)
    {
        var parts = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        for (var rest = text.AsSpan(); !rest.IsEmpty; rest = rest.TrimStart(','))
        {
            var kind = Take(ref rest).ToString();
            rest = rest[1..];
            var isDefault = rest.StartsWith(Default, StringComparison.Ordinal);
            parts[kind] = isDefault ? null : Take(ref rest).ToString();
            rest = isDefault ? rest[Default.Length..] : rest;
        }

        return new QuotaEntity(parts);
    }

    private static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> rest)
    {
        var colon = rest.IndexOf(':');
        var length = int.Parse(rest[..colon], CultureInfo.InvariantCulture);
        var taken = rest.Slice(colon + 1, length);
        rest = rest[(colon + 1 + length)..];
        return taken;
    }

    /// <summary>The record that sets a quota of it, or removes it.</summary>
    public ClientQuotaRecord ToRecord(string key, double value, bool isRemoved)
    {
        var record = new ClientQuotaRecord { Key = Text.Of(key), Value = isRemoved ? 0 : value, Remove = isRemoved };
        foreach (var (kind, name) in _parts)
        {
            record.Entity.Add(new ClientQuotaRecord.EntityData { EntityType = Text.Of(kind), EntityName = Text.Of(name) });
        }

        return record;
    }

    /// <summary>The canonical text: equal for equal entities only.</summary>
    public string Canonical() => string.Join(',', _parts.Select(part => part.Value is null
        ? string.Create(CultureInfo.InvariantCulture, $"{part.Key.Length}:{part.Key}={Default}")
        : string.Create(CultureInfo.InvariantCulture, $"{part.Key.Length}:{part.Key}={part.Value.Length}:{part.Value}")));

    /// <summary>As Kafka prints it in messages.</summary>
    public override string ToString() =>
        $"ClientQuotaEntity(entries={{{string.Join(", ", _parts.Select(part => $"{part.Key}={part.Value ?? "null"}"))}}})";
}
