namespace Deterministic.Protocol.Wire;

/// <summary>Tagged fields of a later version than ours, in the order read, so that they can be written back (KIP-482).</summary>
public sealed class UnknownTags
{
    /// <summary>Number and bytes of each.</summary>
    public IList<(int Tag, ReadOnlyMemory<byte> Bytes)> Fields { get; } = [];
}
