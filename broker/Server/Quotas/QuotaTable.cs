using System.Collections.Immutable;
using System.Net;
using System.Text;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Controller;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Quotas;

/// <summary>
/// The quotas of an image, made for asking: which one concerns a client is what Kafka's documentation says, the most precise
/// first. Immutable; each shard makes its own when the quotas of the image change.
/// </summary>
public sealed class QuotaTable
{
    /// <summary>No quota at all.</summary>
    public static readonly QuotaTable Empty = new(ImmutableSortedDictionary<ClientQuotaKey, ClientQuotaRecord>.Empty, 1);

    private readonly Dictionary<(string Key, string Entity), double> _bounds = [];
    private readonly int _shards;

    /// <summary>The quotas of an image, counted on that many shards.</summary>
    public QuotaTable(ImmutableSortedDictionary<ClientQuotaKey, ClientQuotaRecord> quotas, int shards)
    {
        _shards = shards;
        foreach (var (key, record) in quotas)
        {
            // Kafka takes NaN for a quota, and nothing is above it.
            var bound = double.IsNaN(record.Value) ? double.PositiveInfinity : record.Value;
            _bounds[(key.Key, key.Key == QuotaKeys.ConnectionCreationRate ? AddressOf(record) : key.Entity)] = bound;
            HasClients |= key.Key != QuotaKeys.ConnectionCreationRate;
            HasAddresses |= key.Key == QuotaKeys.ConnectionCreationRate;
        }
    }

    /// <summary>Whether some client may have a quota.</summary>
    public bool HasClients { get; }

    /// <summary>Whether some address may have a quota.</summary>
    public bool HasAddresses { get; }

    /// <summary>The quotas of a client, or null when none concerns it.</summary>
    public ClientQuotas? Of(string user, string clientId)
    {
        if (!HasClients)
        {
            return null;
        }

        var quotas = new ClientQuotas(
            Find(QuotaKind.Produce, QuotaKeys.ProducerByteRate, user, clientId),
            Find(QuotaKind.Fetch, QuotaKeys.ConsumerByteRate, user, clientId),
            Find(QuotaKind.Request, QuotaKeys.RequestPercentage, user, clientId),
            Find(QuotaKind.ControllerMutation, QuotaKeys.ControllerMutationRate, user, clientId));
        return quotas.IsEmpty ? null : quotas;
    }

    /// <summary>Connections per second that an address may make, or null.</summary>
    public double? OfAddress(string address) =>
        Bound(QuotaKeys.ConnectionCreationRate, (QuotaEntity.Ip, Normal(address))) ?? Bound(QuotaKeys.ConnectionCreationRate, (QuotaEntity.Ip, null));

    /// <summary>One text for each address, however it was written.</summary>
    private static string Normal(string address) => IPAddress.TryParse(address, out var parsed)
        ? (parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed).ToString()
        : address;

    private static string AddressOf(in ClientQuotaRecord record) =>
        QuotaEntity.Of(QuotaEntity.Of(record).Parts.Select(part => (part.Key, part.Value is null ? null : Normal(part.Value)))).Canonical();

    private QuotaShare? Find(QuotaKind kind, string key, string user, string clientId)
    {
        // Kafka's order; each default client counts on its own.
        var both = Bound(key, (QuotaEntity.User, user), (QuotaEntity.ClientId, clientId))
            ?? Bound(key, (QuotaEntity.User, user), (QuotaEntity.ClientId, null));
        if (both is { } ofBoth)
        {
            return Share(kind, ofBoth, user, clientId);
        }

        if (Bound(key, (QuotaEntity.User, user)) is { } ofUser)
        {
            return Share(kind, ofUser, user, null);
        }

        var defaultUser = Bound(key, (QuotaEntity.User, null), (QuotaEntity.ClientId, clientId))
            ?? Bound(key, (QuotaEntity.User, null), (QuotaEntity.ClientId, null));
        if (defaultUser is { } ofDefaultUser)
        {
            return Share(kind, ofDefaultUser, user, clientId);
        }

        if (Bound(key, (QuotaEntity.User, null)) is { } ofAnyUser)
        {
            return Share(kind, ofAnyUser, user, null);
        }

        return (Bound(key, (QuotaEntity.ClientId, clientId)) ?? Bound(key, (QuotaEntity.ClientId, null))) is { } ofClient
            ? Share(kind, ofClient, null, clientId)
            : null;
    }

    private QuotaShare Share(QuotaKind kind, double bound, string? user, string? clientId)
    {
        var parts = new List<(string, string?)>(2);
        if (user is not null)
        {
            parts.Add((QuotaEntity.User, user));
        }

        if (clientId is not null)
        {
            parts.Add((QuotaEntity.ClientId, clientId));
        }

        var entity = QuotaEntity.Of(parts).Canonical();
        var owner = (int)((uint)Fnv1a.Of(Encoding.UTF8.GetBytes(entity)) % (uint)_shards);
        return new QuotaShare(kind, entity, bound, owner);
    }

    private double? Bound(string key, params (string Kind, string? Name)[] parts) =>
        _bounds.TryGetValue((key, QuotaEntity.Of(parts).Canonical()), out var bound) ? bound : null;
}
