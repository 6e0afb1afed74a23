namespace Deterministic.Server.Configs;

/// <summary>Another key whose value, times <paramref name="Factor"/>, stands in when a key is not set.</summary>
public readonly record struct ConfigSynonym(string Name, long Factor);
