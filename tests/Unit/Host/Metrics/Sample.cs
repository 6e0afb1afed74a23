namespace Deterministic.Host.Tests.Metrics;

/// <summary>One line of a scrape, with the label that Prometheus adds.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
