namespace Deterministic.Protocol.Records;

/// <summary>
/// Walks the records of a batch, uncompressed. Allocates nothing; checks every length before it follows it, and at the
/// end that the count was right. Lives as long as the bytes.
/// </summary>
public ref struct RecordReader
{
    private readonly ReadOnlySpan<byte> _records;
    private readonly int _count;
    private int _position;
    private int _read;

    /// <summary>A reader in front of the first of <paramref name="count"/> records.</summary>
    public RecordReader(ReadOnlySpan<byte> records, int count)
    {
        if (count < 0)
        {
            throw new InvalidRecordException($"a batch states {count} records");
        }

        _records = records;
        _count = count;
    }

    /// <summary>The record that <see cref="MoveNext"/> read.</summary>
    public RecordView Current { get; private set; }

    /// <summary>How many records were read.</summary>
    public readonly int Read => _read;

    /// <summary>How many bytes were read.</summary>
    public readonly int Position => _position;

    /// <summary>For <c>foreach</c>.</summary>
    public readonly RecordReader GetEnumerator() => this;

    /// <summary>Reads the next record; false behind the last.</summary>
    /// <exception cref="InvalidRecordException">A length does not fit, or bytes are left behind the last record.</exception>
    public bool MoveNext()
    {
        if (_read == _count)
        {
            return _position == _records.Length
                ? false
                : throw new InvalidRecordException(
                    $"{_records.Length - _position} bytes are left behind the last of {_count} records");
        }

        Current = RecordView.Read(_records, ref _position);
        _read++;
        return true;
    }
}
