using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Tests.Broker;

/// <summary>What tests ask of a broker about quotas; a null value removes.</summary>
internal static class QuotaVerbs
{
    internal static AlterClientQuotasRequest.EntryData Entry((string Kind, string? Name)[] entity, params (string Key, double? Value)[] ops)
    {
        var entry = new AlterClientQuotasRequest.EntryData();
        foreach (var (kind, name) in entity)
        {
            entry.Entity.Add(new AlterClientQuotasRequest.EntityData { EntityType = kind, EntityName = Text.Of(name) });
        }

        foreach (var (key, value) in ops)
        {
            entry.Ops.Add(new AlterClientQuotasRequest.OpData { Key = key, Value = value ?? 0, Remove = value is null });
        }

        return entry;
    }

    internal static AlterClientQuotasResponse AlterQuotas(
        this TestClient client, bool validateOnly, params AlterClientQuotasRequest.EntryData[] entries) =>
        client.Ask<AlterClientQuotasRequest, AlterClientQuotasResponse>(
            1, new AlterClientQuotasRequest { Entries = Seq<AlterClientQuotasRequest.EntryData>.Of(entries), ValidateOnly = validateOnly });

    /// <summary>Sets a quota of the client id <c>test</c>.</summary>
    internal static void SetQuota(this TestClient client, string key, double? value) =>
        Assert.Equal(0, client.AlterQuotas(false, Entry([("client-id", "test")], (key, value))).Entries[0].ErrorCode);

    /// <summary>Code and message, and what was found, as one text.</summary>
    internal static string DescribeQuotas(this TestClient client, bool strict, params (string Kind, sbyte MatchType, string? Match)[] components)
    {
        var request = new DescribeClientQuotasRequest { Strict = strict };
        foreach (var (kind, type, match) in components)
        {
            request.Components.Add(new DescribeClientQuotasRequest.ComponentData { EntityType = kind, MatchType = type, Match = Text.Of(match) });
        }

        var response = client.Ask<DescribeClientQuotasRequest, DescribeClientQuotasResponse>(1, request);
        if (response.ErrorCode != 0)
        {
            Assert.True(response.Entries.IsNull);
            return $"{response.ErrorCode} {response.ErrorMessage}";
        }

        Assert.Equal("", response.ErrorMessage.AsString());
        return string.Join("; ", response.Entries.ToArray().Select(entry =>
            $"{string.Join(' ', entry.Entity.ToArray().Select(part => $"{part.EntityType}={part.EntityName.AsString() ?? "default"}"))}: "
            + string.Join(' ', entry.Values.ToArray().Select(value => $"{value.Key}={value.Value}"))));
    }
}
