using System.Collections.Immutable;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Server.Metadata;
using Deterministic.Server.Quotas;

namespace Deterministic.Server.Tests.Quotas;

/// <summary>Whom a quota concerns: the order of Kafka's documentation.</summary>
public sealed class QuotaTableTests
{
    private const string Key = "producer_byte_rate";

    private ImmutableSortedDictionary<ClientQuotaKey, ClientQuotaRecord> _quotas = ImmutableSortedDictionary<ClientQuotaKey, ClientQuotaRecord>.Empty;

    [Fact]
    public void The_most_precise_quota_concerns_a_client_and_says_whose_use_counts_together()
    {
        Assert.Null(Find());
        Set(8, ("client-id", null));
        Assert.Equal((8, "9:client-id=1:c"), Find());
        Set(7, ("client-id", "c"));
        Assert.Equal((7, "9:client-id=1:c"), Find());
        Set(6, ("user", null));
        Assert.Equal((6, "4:user=1:u"), Find());
        Set(5, ("user", null), ("client-id", null));
        Assert.Equal((5, "9:client-id=1:c,4:user=1:u"), Find());
        Set(4, ("user", null), ("client-id", "c"));
        Assert.Equal((4, "9:client-id=1:c,4:user=1:u"), Find());
        Set(3, ("user", "u"));
        Assert.Equal((3, "4:user=1:u"), Find());
        Set(2, ("user", "u"), ("client-id", null));
        Assert.Equal((2, "9:client-id=1:c,4:user=1:u"), Find());
        Set(1, ("user", "u"), ("client-id", "c"));
        Assert.Equal((1, "9:client-id=1:c,4:user=1:u"), Find());
    }

    [Fact]
    public void Quotas_of_others_and_of_other_kinds_do_not_concern_a_client()
    {
        Set(1, ("user", "other"));
        Set(1, ("client-id", "other"));
        Set(1, "consumer_byte_rate", ("client-id", "c"));
        var quotas = new QuotaTable(_quotas, 3).Of("u", "c");
        Assert.Null(quotas!.Produce);
        Assert.Equal(1, quotas.Fetch!.Bound);
        Assert.Null(new QuotaTable(_quotas, 3).Of("u", "d"));
    }

    [Fact]
    public void Every_shard_says_the_same_owner_of_an_entity()
    {
        Set(1, ("client-id", null));
        var owners = Enumerable.Range(0, 50).Select(i => new QuotaTable(_quotas, 4).Of("u", "client-" + i)!.Produce!.OwnerShard).ToArray();
        Assert.Equal(owners, Enumerable.Range(0, 50).Select(i => new QuotaTable(_quotas, 4).Of("u", "client-" + i)!.Produce!.OwnerShard));
        Assert.Equal(4, owners.Distinct().Count());
    }

    [Fact]
    public void An_address_has_its_own_quota_however_it_is_written_or_that_of_all()
    {
        Set(5, "connection_creation_rate", ("ip", "::ffff:10.0.0.1"));
        Assert.Equal(5, new QuotaTable(_quotas, 1).OfAddress("10.0.0.1"));
        Assert.Null(new QuotaTable(_quotas, 1).OfAddress("10.0.0.2"));
        Set(9, "connection_creation_rate", ("ip", null));
        Assert.Equal(9, new QuotaTable(_quotas, 1).OfAddress("10.0.0.2"));
    }

    private (double, string)? Find() =>
        new QuotaTable(_quotas, 1).Of("u", "c")?.Produce is { } share ? (share.Bound, share.Entity) : null;

    private void Set(double bound, params (string, string?)[] entity) => Set(bound, Key, entity);

    private void Set(double bound, string key, params (string, string?)[] entity)
    {
        var record = QuotaEntity.Of(entity).ToRecord(key, bound, isRemoved: false);
        _quotas = _quotas.SetItem(ClientQuotaKey.Of(record), record);
    }

    [Theory]
    [InlineData("u", "c")]
    [InlineData(null, "c")]
    [InlineData("4:user=1:x,", null)]
    [InlineData("", "a=b,:")]
    public void An_entity_is_read_back_from_its_text(string? user, string? clientId)
    {
        var entity = QuotaEntity.Of([(QuotaEntity.User, user), (QuotaEntity.ClientId, clientId)]);
        Assert.Equal(entity.Parts, QuotaEntity.OfCanonical(entity.Canonical()).Parts);
    }
}
