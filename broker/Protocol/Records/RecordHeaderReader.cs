namespace Deterministic.Protocol.Records;

/// <summary>Walks the headers of a record. <see cref="RecordReader"/> has walked them before, so it finds nothing malformed.</summary>
public ref struct RecordHeaderReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _left;
    private int _position;

    internal RecordHeaderReader(ReadOnlySpan<byte> bytes, int count)
    {
        _bytes = bytes;
        _left = count;
    }

    /// <summary>The header that <see cref="MoveNext"/> read.</summary>
    public RecordHeaderView Current { get; private set; }

    /// <summary>For <c>foreach</c>.</summary>
    public readonly RecordHeaderReader GetEnumerator() => this;

    /// <summary>Reads the next header.</summary>
    /// <exception cref="InvalidRecordException">A length does not fit.</exception>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        Current = Read(_bytes, ref _position);
        return true;
    }

    internal static RecordHeaderView Read(ReadOnlySpan<byte> bytes, scoped ref int position)
    {
        var key = RecordView.ReadBytes(bytes, ref position, "header key", out var isKeyNull);
        if (isKeyNull)
        {
            throw new InvalidRecordException("a record header has a null key");
        }

        var value = RecordView.ReadBytes(bytes, ref position, "header value", out var isValueNull);
        return new RecordHeaderView(key, value, isValueNull);
    }
}
