namespace Deterministic.Protocol.Records;

/// <summary>A header of a record, seen in place. Lives as long as the bytes.</summary>
public readonly ref struct RecordHeaderView
{
    internal RecordHeaderView(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isValueNull)
    {
        Key = key;
        Value = value;
        IsValueNull = isValueNull;
    }

    /// <summary>The key: UTF-8, maybe empty.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>The value; empty for null.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether the value is null rather than empty.</summary>
    public bool IsValueNull { get; }
}
