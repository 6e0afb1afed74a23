namespace Deterministic.Server.Configs;

/// <summary>Values that were set in one place. Names are keys, values as they were written.</summary>
public sealed record ConfigLayer(ConfigSource Source, IReadOnlyDictionary<string, string> Values);
