using System.CommandLine;
using Deterministic.Server.Metadata;

namespace Deterministic.Host.Commands;

/// <summary>Users, clients and addresses, in the two ways in which kafka-configs can be told. Lives for one command.</summary>
internal sealed class QuotaOptions
{
    private static readonly (string Plural, string Kind)[] s_kinds =
        [("users", QuotaEntity.User), ("clients", QuotaEntity.ClientId), ("ips", QuotaEntity.Ip)];

    private readonly Option<string?> _user = new("--user") { Description = "As --entity-type users --entity-name" };
    private readonly Option<bool> _userDefaults = new("--user-defaults") { Description = "As --entity-type users --entity-default" };
    private readonly Option<string?> _client = new("--client") { Description = "As --entity-type clients --entity-name" };
    private readonly Option<bool> _clientDefaults = new("--client-defaults") { Description = "As --entity-type clients --entity-default" };
    private readonly Option<string?> _ip = new("--ip") { Description = "As --entity-type ips --entity-name" };
    private readonly Option<bool> _ipDefaults = new("--ip-defaults") { Description = "As --entity-type ips --entity-default" };

    internal IReadOnlyList<Option> Options => [_user, _userDefaults, _client, _clientDefaults, _ip, _ipDefaults];

    /// <summary>Whose quotas are meant; empty when no user, client or address is.</summary>
    internal IReadOnlyList<QuotaTarget> Of(ParseResult result, Option<string[]> type, Option<string[]> name, Option<bool[]> isDefault)
    {
        var targets = OfTypes(result, type, name, isDefault);
        (Option<string?> Named, Option<bool> Default, string Kind)[] shorthands =
            [(_user, _userDefaults, QuotaEntity.User), (_client, _clientDefaults, QuotaEntity.ClientId), (_ip, _ipDefaults, QuotaEntity.Ip)];
        foreach (var (named, ofAll, kind) in shorthands)
        {
            if (result.GetValue(named) is { } one)
            {
                targets.Add(new QuotaTarget(kind, one, IsDefault: false));
            }

            if (result.GetValue(ofAll))
            {
                targets.Add(new QuotaTarget(kind, null, IsDefault: true));
            }
        }

        if (targets.Select(target => target.Kind).Distinct(StringComparer.Ordinal).Count() < targets.Count)
        {
            throw new CommandException("Name users, clients or ips once");
        }

        return targets.Count > 1 && targets.Exists(target => target.Kind == QuotaEntity.Ip)
            ? throw new CommandException("ips have quotas of their own; only users and clients go together")
            : targets;
    }

    private static List<QuotaTarget> OfTypes(ParseResult result, Option<string[]> type, Option<string[]> name, Option<bool[]> isDefault)
    {
        var kinds = (result.GetValue(type) ?? []).Select(plural => Array.Find(s_kinds, kind => kind.Plural == plural).Kind).ToArray();
        if (!Array.Exists(kinds, kind => kind is not null))
        {
            return [];
        }

        if (Array.Exists(kinds, kind => kind is null))
        {
            throw new CommandException("--entity-type: only users and clients go together");
        }

        // Names and defaults belong to the types in the order in which they stand.
        var names = new Queue<string?>();
        var given = new Queue<string>(result.GetValue(name) ?? []);
        foreach (var token in result.Tokens)
        {
            if (token.Value == name.Name && given.Count > 0)
            {
                names.Enqueue(given.Dequeue());
            }
            else if (token.Value == isDefault.Name)
            {
                names.Enqueue(null);
            }
        }

        if (names.Count > kinds.Length)
        {
            throw new CommandException("There are more of --entity-name and --entity-default than of --entity-type");
        }

        return [.. kinds.Select(kind => names.TryDequeue(out var one)
            ? new QuotaTarget(kind, one, one is null)
            : new QuotaTarget(kind, null, IsDefault: false))];
    }
}
