namespace Deterministic.Conformance.DifferentialTest;

/// <summary>One field that the two brokers answered otherwise. The path has no indexes: <c>topics[].errorCode</c>.</summary>
public sealed record Difference(string Path, string Theirs, string Ours)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: Kafka {Theirs}, we {Ours}";
}
