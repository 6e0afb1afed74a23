using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Tests.Groups;

/// <summary>What a test configured for single groups.</summary>
public sealed class FixedSettings : IGroupSettings
{
    private readonly Dictionary<(string Group, string Key), int> _values = [];

    public void Set(string group, string key, int value) => _values[(group, key)] = value;

    public int? Find(Text groupId, string key) => _values.TryGetValue((groupId.ToString(), key), out var value) ? value : null;
}
