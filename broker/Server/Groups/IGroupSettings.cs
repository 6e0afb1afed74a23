using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>What was configured for single groups (the GROUP config resource). Called on the shard of the coordinator.</summary>
public interface IGroupSettings
{
    /// <summary>The value of a key of one group, or null when nothing was set for it.</summary>
    int? Find(Text groupId, string key);
}
