using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Metadata;

/// <summary>Orders texts by their bytes: for names of topics the ordinal order of their characters. Stateless; any shard.</summary>
public sealed class TextOrder : IComparer<Text>
{
    /// <summary>The one there is.</summary>
    public static TextOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(Text x, Text y) => x.Utf8.Span.SequenceCompareTo(y.Utf8.Span);
}
