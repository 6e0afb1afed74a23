using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Metadata;

/// <summary>
/// Everything that the metadata log says up to an offset. Immutable: shard 0 makes a new one from a
/// <see cref="MetadataDelta"/>, every shard reads it as long as it likes. Unchanged parts are shared between images, so a
/// new one costs what it changes.
/// </summary>
public sealed record MetadataImage
{
    private static readonly ImmutableSortedDictionary<string, string> s_noConfig =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What a log says that has no records.</summary>
    public static MetadataImage Empty { get; } = new();

    /// <summary>The offset of the last record in it; -1 for none.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>The quorum epoch of that record.</summary>
    public int Epoch { get; init; }

    /// <summary>When that record was appended, by the controller's clock.</summary>
    public long TimestampMs { get; init; }

    /// <summary>Topics by name, in the order of their names.</summary>
    public ImmutableSortedDictionary<Text, TopicImage> TopicsByName { get; init; } =
        ImmutableSortedDictionary.Create<Text, TopicImage>(TextOrder.Instance);

    /// <summary>Topics by id.</summary>
    public ImmutableSortedDictionary<Uuid, TopicImage> TopicsById { get; init; } =
        ImmutableSortedDictionary<Uuid, TopicImage>.Empty;

    /// <summary>Registered brokers, by node id.</summary>
    public ImmutableSortedDictionary<int, BrokerImage> Brokers { get; init; } =
        ImmutableSortedDictionary<int, BrokerImage>.Empty;

    /// <summary>Registered controllers, by node id.</summary>
    public ImmutableSortedDictionary<int, ControllerImage> Controllers { get; init; } =
        ImmutableSortedDictionary<int, ControllerImage>.Empty;

    /// <summary>Dynamic configuration: only what was set.</summary>
    public ImmutableSortedDictionary<ConfigResource, ImmutableSortedDictionary<string, string>> Configs { get; init; } =
        ImmutableSortedDictionary<ConfigResource, ImmutableSortedDictionary<string, string>>.Empty;

    /// <summary>Finalized feature levels; a feature at level 0 is not in it.</summary>
    public ImmutableSortedDictionary<string, short> Features { get; init; } =
        ImmutableSortedDictionary.Create<string, short>(StringComparer.Ordinal);

    /// <summary>The first producer id that was not given out in a block.</summary>
    public long NextProducerId { get; init; }

    /// <summary>Access control entries, by id.</summary>
    public ImmutableSortedDictionary<Uuid, AccessControlEntryRecord> Acls { get; init; } =
        ImmutableSortedDictionary<Uuid, AccessControlEntryRecord>.Empty;

    /// <summary>SCRAM credentials.</summary>
    public ImmutableSortedDictionary<ScramCredentialKey, UserScramCredentialRecord> ScramCredentials { get; init; } =
        ImmutableSortedDictionary<ScramCredentialKey, UserScramCredentialRecord>.Empty;

    /// <summary>Client quotas.</summary>
    public ImmutableSortedDictionary<ClientQuotaKey, ClientQuotaRecord> ClientQuotas { get; init; } =
        ImmutableSortedDictionary<ClientQuotaKey, ClientQuotaRecord>.Empty;

    /// <summary>Delegation tokens, by token id.</summary>
    public ImmutableSortedDictionary<string, DelegationTokenRecord> DelegationTokens { get; init; } =
        ImmutableSortedDictionary.Create<string, DelegationTokenRecord>(StringComparer.Ordinal);

    /// <summary>How far a migration from ZooKeeper was, in logs that began before Kafka 4; null when the log never said.</summary>
    public sbyte? ZkMigrationState { get; init; }

    /// <summary>The level of <c>metadata.version</c>; 0 when there is none yet.</summary>
    public short MetadataVersion => FeatureLevel(FeatureNames.MetadataVersion);

    /// <summary>The finalized level of a feature, 0 for none.</summary>
    public short FeatureLevel(string name) => Features.TryGetValue(name, out var level) ? level : (short)0;

    /// <summary>The topic of that name, or null. Allocates nothing.</summary>
    public TopicImage? FindTopic(Text name) => TopicsByName.TryGetValue(name, out var topic) ? topic : null;

    /// <summary>The topic of that name, or null.</summary>
    public TopicImage? FindTopic(string name) => FindTopic(Text.Of(name));

    /// <summary>The topic of that id, or null. Allocates nothing.</summary>
    public TopicImage? FindTopic(Uuid id) => TopicsById.TryGetValue(id, out var topic) ? topic : null;

    /// <summary>The partition, or null. Allocates nothing.</summary>
    public PartitionImage? FindPartition(Text topicName, int partitionId) => FindTopic(topicName)?.FindPartition(partitionId);

    /// <summary>The partition, or null. Allocates nothing.</summary>
    public PartitionImage? FindPartition(Uuid topicId, int partitionId) => FindTopic(topicId)?.FindPartition(partitionId);

    /// <summary>The broker, or null when it is not registered.</summary>
    public BrokerImage? FindBroker(int brokerId) => Brokers.TryGetValue(brokerId, out var broker) ? broker : null;

    /// <summary>Whether the broker is registered and not fenced.</summary>
    public bool IsBrokerActive(int brokerId) => FindBroker(brokerId) is { IsFenced: false };

    /// <summary>What was set for a resource; empty when nothing was.</summary>
    public ImmutableSortedDictionary<string, string> ConfigOf(ConfigResource resource) =>
        Configs.TryGetValue(resource, out var config) ? config : s_noConfig;
}
