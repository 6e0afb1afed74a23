namespace Deterministic.Host.Client;

/// <summary>One record as the command line shows it.</summary>
internal sealed record ConsumedRecord(
    string Topic, int Partition, long Offset, long TimestampMs, bool IsAppendTime, byte[]? Key, byte[]? Value,
    IReadOnlyList<KeyValuePair<string, byte[]?>> Headers);
