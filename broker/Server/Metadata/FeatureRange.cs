namespace Deterministic.Server.Metadata;

/// <summary>The levels of a feature that a node supports (KIP-584).</summary>
public sealed record FeatureRange(string Name, short MinSupportedVersion, short MaxSupportedVersion);
