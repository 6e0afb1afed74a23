namespace Deterministic.Server.Telemetry;

/// <summary>Who asks or pushes, as its connection knows; subscriptions match on it. Immutable.</summary>
internal sealed record TelemetryClient(string ClientId, string SoftwareName, string SoftwareVersion, string SourceAddress, string SourcePort);
