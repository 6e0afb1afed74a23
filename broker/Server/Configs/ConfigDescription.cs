namespace Deterministic.Server.Configs;

/// <summary>One key of one resource as DescribeConfigs answers it. <paramref name="Value"/> is null for no value and for secrets.</summary>
public sealed record ConfigDescription(
    ConfigKey Key, string? Value, ConfigSource Source, bool IsReadOnly, IReadOnlyList<ConfigSynonymValue> Synonyms);
