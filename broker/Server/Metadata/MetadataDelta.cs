using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Metadata;

/// <summary>
/// The step from one image to the next. <c>Replay</c> of a record is the only code that changes metadata, and the same for
/// the controller that decided, for a restart and for a snapshot. Written by shard 0 until <see cref="Build"/>, from then on
/// immutable and read by every shard with the image it led to.
/// </summary>
public sealed partial class MetadataDelta
{
    private readonly Dictionary<Uuid, TopicBuilder?> _topics = [];
    private readonly Dictionary<string, TopicBuilder> _topicsByName = new(StringComparer.Ordinal);
    private readonly SortedSet<ConfigResource> _changedConfigs = [];
    private readonly SortedSet<int> _changedBrokers = [];
    private MetadataImage? _after;
    private ImmutableArray<TopicDelta> _changedTopics;

    /// <summary>A delta that changes nothing yet.</summary>
    public MetadataDelta(MetadataImage before)
    {
        Before = before;
        _configs = before.Configs;
        _brokers = before.Brokers;
        _controllers = before.Controllers;
        _features = before.Features;
        _acls = before.Acls;
        _scram = before.ScramCredentials;
        _quotas = before.ClientQuotas;
        _tokens = before.DelegationTokens;
        NextProducerId = before.NextProducerId;
        ZkMigrationState = before.ZkMigrationState;
    }

    /// <summary>The image it starts from.</summary>
    public MetadataImage Before { get; }

    /// <summary>The image it leads to; set by <see cref="Build"/>.</summary>
    public MetadataImage After => _after ?? throw new InvariantException("a metadata delta was read before it was built");

    /// <summary>Topics that were created, changed or deleted, by id; a topic that came and went within the delta is not among them.</summary>
    public ImmutableArray<TopicDelta> ChangedTopics
    {
        get
        {
            Check.That(_after is not null, "a metadata delta was read before it was built");
            return _changedTopics;
        }
    }

    /// <summary>Resources whose dynamic configuration was touched.</summary>
    public IReadOnlyCollection<ConfigResource> ChangedConfigs => _changedConfigs;

    /// <summary>Brokers whose registration was touched.</summary>
    public IReadOnlyCollection<int> ChangedBrokers => _changedBrokers;

    /// <summary>Whether a finalized feature level was touched.</summary>
    public bool HasChangedFeatures { get; private set; }

    /// <summary>Whether any record changed anything.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The delta from <see cref="MetadataImage.Empty"/> to an image: what a listener is told first.</summary>
    public static MetadataDelta OfWhole(MetadataImage image)
    {
        var delta = new MetadataDelta(MetadataImage.Empty)
        {
            IsEmpty = false,
            HasChangedFeatures = image.Features.Count > 0,
            _after = image,
            _changedTopics = [.. image.TopicsById.Values.Select(topic => new TopicDelta(null, topic))],
        };
        delta._changedConfigs.UnionWith(image.Configs.Keys);
        delta._changedBrokers.UnionWith(image.Brokers.Keys);
        return delta;
    }

    /// <summary>The image with everything replayed; <paramref name="offset"/> and <paramref name="epoch"/> are those of the last record. Called once.</summary>
    public MetadataImage Build(long offset, int epoch, long timestampMs)
    {
        Check.That(_after is null, "a metadata delta was built twice");
        var byName = Before.TopicsByName;
        var byId = Before.TopicsById;
        if (_topics.Count > 0)
        {
            var names = byName.ToBuilder();
            var ids = byId.ToBuilder();
            var changes = new List<TopicDelta>();
            foreach (var (id, builder) in _topics.OrderBy(pair => pair.Key))
            {
                ApplyTopic(id, builder, names, ids, changes);
            }

            // Names last, so that a topic deleted and made again under its name within one delta ends as the new one.
            foreach (var change in changes)
            {
                if (change.After is { } topic)
                {
                    names[topic.NameText] = topic;
                }
            }

            byName = names.ToImmutable();
            byId = ids.ToImmutable();
            _changedTopics = [.. changes];
        }
        else
        {
            _changedTopics = [];
        }

        Check.That(byName.Count == byId.Count, $"{byName.Count} topics by name, {byId.Count} by id at offset {offset}");
        _after = new MetadataImage
        {
            Offset = offset,
            Epoch = epoch,
            TimestampMs = timestampMs,
            TopicsByName = byName,
            TopicsById = byId,
            Brokers = _brokers,
            Controllers = _controllers,
            Configs = _configs,
            Features = _features,
            NextProducerId = NextProducerId,
            Acls = _acls,
            ScramCredentials = _scram,
            ClientQuotas = _quotas,
            DelegationTokens = _tokens,
            ZkMigrationState = ZkMigrationState,
        };
        return _after;
    }

    private static void ApplyTopic(
        Uuid id,
        TopicBuilder? builder,
        ImmutableSortedDictionary<Text, TopicImage>.Builder names,
        ImmutableSortedDictionary<Uuid, TopicImage>.Builder ids,
        List<TopicDelta> changes)
    {
        ids.TryGetValue(id, out var before);
        if (builder is null)
        {
            if (before is not null)
            {
                ids.Remove(id);
                names.Remove(before.NameText);
                changes.Add(new TopicDelta(before, null));
            }

            return;
        }

        var after = builder.Build();
        ids[id] = after;
        changes.Add(new TopicDelta(before, after));
    }

    private TopicBuilder FindTopic(Uuid id, string what)
    {
        if (_topics.TryGetValue(id, out var builder))
        {
            return builder ?? throw new MetadataFormatException($"{what} of topic {id}, which was removed");
        }

        var before = Before.FindTopic(id) ?? throw new MetadataFormatException($"{what} of topic {id}, which does not exist");
        return Touch(before);
    }

    private TopicBuilder Touch(TopicImage before)
    {
        var builder = new TopicBuilder(before);
        _topics.Add(before.Id, builder);
        _topicsByName.Add(before.Name, builder);
        return builder;
    }

    private bool HasTopicNamed(Text name, string nameString) =>
        _topicsByName.ContainsKey(nameString)
        || (Before.FindTopic(name) is { } before && !_topics.ContainsKey(before.Id));

    private void Replay(in TopicRecord record)
    {
        var builder = new TopicBuilder(record);
        if (HasTopicNamed(record.Name, builder.Name) || Before.FindTopic(record.TopicId) is not null
            || _topics.ContainsKey(record.TopicId))
        {
            throw new MetadataFormatException($"topic {builder.Name} ({record.TopicId}) is created twice");
        }

        _topics.Add(record.TopicId, builder);
        _topicsByName.Add(builder.Name, builder);
    }

    private void Replay(in PartitionRecord record) => FindTopic(record.TopicId, "a partition").Replay(record);

    private void Replay(in PartitionChangeRecord record) => FindTopic(record.TopicId, "a partition change").Replay(record);

    private void Replay(in RemoveTopicRecord record)
    {
        var builder = FindTopic(record.TopicId, "the removal");
        _topics[record.TopicId] = null;
        _topicsByName.Remove(builder.Name);
        ReplaceConfig(ConfigResource.OfTopic(builder.Name), null);
    }

    private void Replay(in ClearElrRecord record)
    {
        if (record.TopicName.IsNullOrEmpty)
        {
            foreach (var topic in Before.TopicsById.Values)
            {
                if (!_topics.ContainsKey(topic.Id))
                {
                    Touch(topic).ClearElr();
                }
            }

            foreach (var builder in _topicsByName.Values)
            {
                builder.ClearElr();
            }

            return;
        }

        var name = record.TopicName.ToString();
        if (!_topicsByName.TryGetValue(name, out var named))
        {
            var before = Before.FindTopic(record.TopicName);
            if (before is null || _topics.ContainsKey(before.Id))
            {
                throw new MetadataFormatException($"ClearElrRecord names topic {name}, which does not exist");
            }

            named = Touch(before);
        }

        named.ClearElr();
    }
}
