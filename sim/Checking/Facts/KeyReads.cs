namespace Deterministic.Checking.Facts;

/// <summary>What one op polled from one log, over all its polls; owned by its <see cref="OpFacts"/>.</summary>
internal sealed class KeyReads(KeyFacts key)
{
    public KeyFacts Key { get; } = key;

    public List<ReadRecord> Records { get; } = [];
}
