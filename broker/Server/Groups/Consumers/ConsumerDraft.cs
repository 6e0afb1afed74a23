using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// A decision in the making: the records so far, and the group as it will be when they are durable. Lives as long as the
/// decision; owned by who decides.
/// </summary>
internal sealed class ConsumerDraft(Text groupId, ConsumerGroup group)
{
    private readonly List<GroupRecord> _records = [];

    /// <summary>The group's id.</summary>
    internal Text GroupId => groupId;

    /// <summary>The group with what was decided.</summary>
    internal ConsumerGroup Group { get; private set; } = group;

    /// <summary>What was decided.</summary>
    internal IReadOnlyList<GroupRecord> Records => _records;

    /// <summary>Decides a record.</summary>
    internal void Add(GroupRecord record)
    {
        _records.Add(record);
        Group = ConsumerReplay.Apply(Group, record.Key.Bytes, record.Value) ?? ConsumerGroup.Empty;
    }
}
