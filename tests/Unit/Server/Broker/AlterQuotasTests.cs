namespace Deterministic.Server.Tests.Broker;

/// <summary>AlterClientQuotas and DescribeClientQuotas: what Apache Kafka 4.3.1 answers, codes and words.</summary>
public sealed class AlterQuotasTests
{
    private const string Rate = "producer_byte_rate";

    private readonly TestBroker _broker = TestBroker.Started(2);

    [Theory]
    [InlineData("", Rate, 1, "Invalid empty client quota entity")]
    [InlineData("bogus=x", Rate, 1, "Unhandled client quota entity type: bogus")]
    [InlineData("=x", Rate, 1, "Unhandled client quota entity type: ")]
    [InlineData("user=j client-id=x foo=y", Rate, 1, "Unhandled client quota entity type: foo")]
    [InlineData("user=x ip=1.2.3.4", Rate, 1, "Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId")]
    [InlineData("user=", Rate, 1, "Empty user not supported")]
    [InlineData("client-id=", Rate, 1, "Empty client-id not supported")]
    [InlineData("user= client-id=", Rate, 1, "Empty client-id not supported")]
    [InlineData("ip=", "connection_creation_rate", 1, "Empty ip not supported")]
    [InlineData("ip=999.2.3.4", "connection_creation_rate", 1, "999.2.3.4 is not a valid IP or resolvable host.")]
    [InlineData("ip=::1", "connection_creation_rate", 1, null)]
    [InlineData("user=a", "bogus", 1, "Invalid configuration key bogus")]
    [InlineData("user=a", "connection_creation_rate", 1, "Invalid configuration key connection_creation_rate")]
    [InlineData("ip=1.2.3.4", Rate, 1, "Invalid configuration key producer_byte_rate")]
    [InlineData("user=a", Rate, 0, "Quota producer_byte_rate must be greater than 0")]
    [InlineData("user=a", Rate, -1, "Quota producer_byte_rate must be greater than 0")]
    [InlineData("user=a", Rate, 1.5, "producer_byte_rate cannot be a fractional value.")]
    [InlineData("user=a", Rate, 0.9999999, "producer_byte_rate cannot be a fractional value.")]
    [InlineData("user=a", Rate, 1.0000001, null)]
    [InlineData("user=a", Rate, 1e30, "Proposed value for producer_byte_rate is too large for a LONG.")]
    [InlineData("user=a", Rate, double.PositiveInfinity, "Proposed value for producer_byte_rate is too large for a LONG.")]
    [InlineData("user=a", Rate, double.NaN, null)]
    [InlineData("user=a", "request_percentage", 0, "Quota request_percentage must be greater than 0")]
    [InlineData("user=a", "request_percentage", 0.5, null)]
    [InlineData("user=a", "request_percentage", double.PositiveInfinity, null)]
    [InlineData("user=a", "controller_mutation_rate", 0.5, null)]
    [InlineData("ip=1.2.3.4", "connection_creation_rate", 1.5, "connection_creation_rate cannot be a fractional value.")]
    [InlineData("ip=1.2.3.4", "connection_creation_rate", 2147483648d, "Proposed value for connection_creation_rate is too large for an INT.")]
    [InlineData("ip=1.2.3.4", "connection_creation_rate", 2147483647d, null)]
    public void One_quota(string entity, string key, double value, string? message)
    {
        var answer = _broker.Connect().AlterQuotas(true, QuotaVerbs.Entry(Parse(entity), (key, value))).Entries[0];
        Assert.Equal(message is null ? 0 : 42, answer.ErrorCode);
        Assert.Equal(message, answer.ErrorMessage.AsString());
    }

    [Fact]
    public void An_entity_that_is_named_again_is_an_error_and_what_it_was_told_first_holds()
    {
        var client = _broker.Connect();
        var answer = client.AlterQuotas(false, QuotaVerbs.Entry(Parse("user=d client-id=c"), (Rate, 1)), QuotaVerbs.Entry(Parse("client-id=c user=d"), (Rate, 2)));
        Assert.Equal(1, answer.Entries.Count);
        Assert.Equal("Ignoring duplicate entity ClientQuotaEntity(entries={client-id=c, user=d})", answer.Entries[0].ErrorMessage.AsString());
        Assert.Equal("client-id=c user=d: producer_byte_rate=1", client.DescribeQuotas(false));
        Assert.Equal(42, client.AlterQuotas(false, QuotaVerbs.Entry(Parse("user=e"), (Rate, 1), (Rate, null))).Entries[0].ErrorCode);
        Assert.Equal("", client.DescribeQuotas(false, ("user", 0, "e")));
    }

    [Fact]
    public void An_entity_is_changed_whole_or_not_at_all_and_does_not_concern_others()
    {
        var client = _broker.Connect();
        var answer = client.AlterQuotas(
            false, QuotaVerbs.Entry(Parse("user=a"), (Rate, 1), ("bogus", 1)), QuotaVerbs.Entry(Parse("user=b"), (Rate, 2), ("request_percentage", 3)));
        Assert.Equal([42, 0], answer.Entries.ToArray().Select(entry => (int)entry.ErrorCode));
        Assert.Equal("user=b: producer_byte_rate=2 request_percentage=3", client.DescribeQuotas(false));
        Assert.Equal(0, client.AlterQuotas(true, QuotaVerbs.Entry(Parse("user=b"), (Rate, null))).Entries[0].ErrorCode);
        Assert.Equal("user=b: producer_byte_rate=2 request_percentage=3", client.DescribeQuotas(false));
        Assert.Equal(0, client.AlterQuotas(false, QuotaVerbs.Entry(Parse("user=b"), (Rate, null), ("bogus", null))).Entries[0].ErrorCode);
        Assert.Equal("user=b: request_percentage=3", client.DescribeQuotas(false));
    }

    [Fact]
    public void Quotas_stay_over_a_restart()
    {
        _broker.Connect().AlterQuotas(false, QuotaVerbs.Entry([("user", null)], (Rate, 5)));
        Assert.True(_broker.Stop());
        _broker.Restart();
        Assert.Equal("user=default: producer_byte_rate=5", _broker.Connect().DescribeQuotas(false));
    }

    [Fact]
    public void Filters_select_by_kind_and_name()
    {
        var client = _broker.Connect();
        client.AlterQuotas(
            false,
            QuotaVerbs.Entry(Parse("user=u"), (Rate, 1)),
            QuotaVerbs.Entry([("user", null)], (Rate, 2)),
            QuotaVerbs.Entry(Parse("user=u client-id=k"), (Rate, 3)),
            QuotaVerbs.Entry([("client-id", null), ("user", "u")], (Rate, 4)),
            QuotaVerbs.Entry(Parse("client-id=k"), (Rate, 5)));
        Assert.Equal(5, client.DescribeQuotas(false).Split(';').Length);
        Assert.Equal("", client.DescribeQuotas(true));
        Assert.Equal("user=u: producer_byte_rate=1; user=default: producer_byte_rate=2", client.DescribeQuotas(true, ("user", 2, null)));
        Assert.Equal(3, client.DescribeQuotas(false, ("user", 0, "u")).Split(';').Length);
        Assert.Equal("user=u: producer_byte_rate=1", client.DescribeQuotas(true, ("user", 0, "u")));
        Assert.Equal("client-id=default user=u: producer_byte_rate=4", client.DescribeQuotas(true, ("user", 2, null), ("client-id", 1, null)));
        Assert.Equal("user=default: producer_byte_rate=2", client.DescribeQuotas(false, ("user", 1, null)));
        Assert.Equal("client-id=k: producer_byte_rate=5", client.DescribeQuotas(true, ("client-id", 0, "k")));
    }

    [Theory]
    [InlineData("35 Unsupported entity type bogus", "bogus", 2, null)]
    [InlineData("42 Invalid empty entity type.", "", 2, null)]
    [InlineData("42 Unknown match type 3", "user", 3, null)]
    [InlineData("42 Unknown match type -1", "user", -1, null)]
    [InlineData("42 Request specified MATCH_TYPE_EXACT, but set match string to null.", "user", 0, null)]
    [InlineData("42 Request specified MATCH_TYPE_DEFAULT, but also specified a match string.", "user", 1, "x")]
    [InlineData("42 Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.", "user", 2, "x")]
    public void A_filter_that_says_nothing(string expected, string kind, sbyte type, string? match) =>
        Assert.Equal(expected, _broker.Connect().DescribeQuotas(false, (kind, type, match)));

    [Fact]
    public void Filters_that_contradict_themselves()
    {
        var client = _broker.Connect();
        Assert.Equal("42 Entity type user cannot appear more than once in the filter.", client.DescribeQuotas(false, ("user", 2, null), ("user", 2, null)));
        Assert.Equal(
            "42 Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.",
            client.DescribeQuotas(true, ("ip", 2, null), ("user", 0, "a")));
        Assert.Equal("35 Unsupported entity type bogus", client.DescribeQuotas(false, ("ip", 2, null), ("bogus", 2, null)));
    }

    private static (string, string?)[] Parse(string entity) =>
        [.. entity.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => (part.Split('=')[0], (string?)part.Split('=')[1]))];
}
