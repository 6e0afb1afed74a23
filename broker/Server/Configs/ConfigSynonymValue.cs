namespace Deterministic.Server.Configs;

/// <summary>A value and where it was set, as DescribeConfigs lists synonyms.</summary>
public sealed record ConfigSynonymValue(string Name, string? Value, ConfigSource Source);
