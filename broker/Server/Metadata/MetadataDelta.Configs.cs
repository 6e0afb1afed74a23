using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Protocol.Stored.Metadata;

namespace Deterministic.Server.Metadata;

/// <content>Configuration, access control, quotas, credentials and tokens.</content>
public sealed partial class MetadataDelta
{
    private ImmutableSortedDictionary<ConfigResource, ImmutableSortedDictionary<string, string>> _configs;
    private ImmutableSortedDictionary<Uuid, AccessControlEntryRecord> _acls;
    private ImmutableSortedDictionary<ScramCredentialKey, UserScramCredentialRecord> _scram;
    private ImmutableSortedDictionary<ClientQuotaKey, ClientQuotaRecord> _quotas;
    private ImmutableSortedDictionary<string, DelegationTokenRecord> _tokens;

    private void Replay(in ConfigRecord record)
    {
        var resource = new ConfigResource(record.ResourceType, record.ResourceName.ToString());
        var key = record.Name.ToString();
        var config = _configs.TryGetValue(resource, out var before)
            ? before
            : ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        ReplaceConfig(resource, record.Value.IsNull ? config.Remove(key) : config.SetItem(key, record.Value.ToString()));
    }

    private void ReplaceConfig(ConfigResource resource, ImmutableSortedDictionary<string, string>? config)
    {
        _configs = config is null || config.IsEmpty ? _configs.Remove(resource) : _configs.SetItem(resource, config);
        _changedConfigs.Add(resource);
    }

    private void Replay(in AccessControlEntryRecord record) => _acls = _acls.SetItem(record.Id, Copy(record));

    private void Replay(in RemoveAccessControlEntryRecord record) => _acls = _acls.Remove(record.Id);

    private void Replay(in UserScramCredentialRecord record) =>
        _scram = _scram.SetItem(new ScramCredentialKey(record.Mechanism, record.Name.ToString()), Copy(record));

    private void Replay(in RemoveUserScramCredentialRecord record) =>
        _scram = _scram.Remove(new ScramCredentialKey(record.Mechanism, record.Name.ToString()));

    private void Replay(in ClientQuotaRecord record)
    {
        var key = ClientQuotaKey.Of(record);
        _quotas = record.Remove ? _quotas.Remove(key) : _quotas.SetItem(key, Copy(record));
    }

    private void Replay(in DelegationTokenRecord record) => _tokens = _tokens.SetItem(record.TokenId.ToString(), Copy(record));

    private void Replay(in RemoveDelegationTokenRecord record) => _tokens = _tokens.Remove(record.TokenId.ToString());
}
