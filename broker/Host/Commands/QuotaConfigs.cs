using System.Globalization;
using Deterministic.Host.Client;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Host.Commands;

/// <summary>Shows and changes the quotas of users, clients and addresses, and says what kafka-configs says. Lives for one command.</summary>
internal sealed class QuotaConfigs(KafkaClient client, IReadOnlyList<QuotaTarget> targets)
{
    private const sbyte Exact = 0;
    private const sbyte Default = 1;
    private const sbyte Any = 2;

    /// <summary>Sets and takes back.</summary>
    internal async Task AlterAsync(string? additions, string? deletions, CancellationToken cancellation)
    {
        if (targets.Any(target => target.IsAny))
        {
            throw new CommandException("--alter needs --entity-name or --entity-default with every --entity-type");
        }

        var entry = new AlterClientQuotasRequest.EntryData();
        foreach (var target in targets)
        {
            entry.Entity.Add(new AlterClientQuotasRequest.EntityData { EntityType = Text.Of(target.Kind), EntityName = Text.Of(target.Name) });
        }

        foreach (var (key, value) in ConfigsCommand.ParseAdditions(additions ?? ""))
        {
            entry.Ops.Add(new AlterClientQuotasRequest.OpData { Key = key, Value = NumberOf(key, value) });
        }

        foreach (var key in (deletions ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            entry.Ops.Add(new AlterClientQuotasRequest.OpData { Key = key, Remove = true });
        }

        if (entry.Ops.Count == 0)
        {
            throw new CommandException("At least one of --add-config, --delete-config must be specified with --alter");
        }

        var request = new AlterClientQuotasRequest();
        request.Entries.Add(entry);
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<AlterClientQuotasRequest, AlterClientQuotasResponse>(request, cancellation);
        var answer = response.Entries[0];
        KafkaClientException.ThrowOn(answer.ErrorCode, "The quotas were not changed", answer.ErrorMessage.AsString());
        Console.WriteLine($"Completed updating {Describe(targets[0])}.");
    }

    /// <summary>Shows what is set.</summary>
    internal async Task DescribeAsync(bool json, CancellationToken cancellation)
    {
        var request = new DescribeClientQuotasRequest { Strict = true };
        foreach (var target in targets)
        {
            request.Components.Add(new DescribeClientQuotasRequest.ComponentData
            {
                EntityType = Text.Of(target.Kind),
                MatchType = target.IsAny ? Any : target.IsDefault ? Default : Exact,
                Match = Text.Of(target.Name),
            });
        }

        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<DescribeClientQuotasRequest, DescribeClientQuotasResponse>(request, cancellation);
        KafkaClientException.ThrowOn(response.ErrorCode, "The quotas cannot be shown", response.ErrorMessage.AsString());
        var report = new Report("Entity", "Key", "Value");
        foreach (var entry in response.Entries.ToArray())
        {
            var entity = string.Join(", ", entry.Entity.ToArray().OrderByDescending(part => part.EntityType.ToString(), StringComparer.Ordinal).Select(NameOf));
            var values = entry.Values.ToArray().OrderBy(value => value.Key.ToString(), StringComparer.Ordinal).ToArray();
            if (!json)
            {
                Console.WriteLine($"Quota configs for {entity} are {string.Join(", ", values.Select(value => $"{value.Key}={NumberText(value.Value)}"))}");
            }

            foreach (var value in values)
            {
                report.Add(entity, value.Key.ToString(), value.Value);
            }
        }

        if (json)
        {
            report.Print(json);
        }
    }

    private static string NameOf(DescribeClientQuotasResponse.EntityData part)
    {
        var kind = part.EntityType.ToString() == QuotaEntity.User ? "user-principal" : part.EntityType.ToString();
        return part.EntityName.IsNull ? $"the default {kind}" : $"{kind} '{part.EntityName}'";
    }

    /// <summary>As kafka-configs says it: the first part alone.</summary>
    private static string Describe(QuotaTarget target)
    {
        var kind = target.Kind == QuotaEntity.ClientId ? "client" : target.Kind;
        return target.IsDefault ? $"default config for {kind}s in the cluster" : $"config for {kind} {target.Name}";
    }

    /// <summary>As Java writes a number with a fraction.</summary>
    private static string NumberText(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return value == Math.Floor(value) && Math.Abs(value) < 1e7 ? value.ToString("F1", CultureInfo.InvariantCulture) : text;
    }

    private static double NumberOf(string key, string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new CommandException($"--add-config {key}={value}: a number is expected");
}
