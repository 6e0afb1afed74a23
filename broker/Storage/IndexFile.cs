using System.Buffers.Binary;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Storage;

/// <summary>
/// Fixed-size entries sorted by their first field: in memory while the segment is the active one (written when it is
/// sealed, rebuilt after a crash), on disk and read piecewise afterwards. Owned by its log's shard.
/// </summary>
internal sealed class IndexFile(IDisk disk, string path, int entryBytes, int keyBytes)
{
    private const int EntriesAtFirst = 16;
    private const int SearchBlockBytes = 2048;

    private byte[] _bytes = [];
    private bool _isResident;
    private IFile? _file;
    private int _count = -1;

    internal string Path => path;

    internal int EntryBytes => entryBytes;

    internal int Count
    {
        get
        {
            if (_count < 0)
            {
                _count = (int)(File.Length / entryBytes);
            }

            return _count;
        }
    }

    /// <summary>Whether the entries are in memory, and what the file holds does not count.</summary>
    internal bool IsResident => _isResident;

    private IFile File => _file ??= disk.Open(path, FileOpening.OrCreate);

    /// <summary>Starts empty in memory; what the file held no longer counts.</summary>
    internal void Reset()
    {
        _isResident = true;
        _bytes = [];
        _count = 0;
    }

    /// <summary>Reads the file into memory, to be appended to.</summary>
    internal void Load()
    {
        if (_isResident)
        {
            return;
        }

        var count = Count;
        var bytes = new byte[Math.Max(count, EntriesAtFirst) * entryBytes];
        File.Read(0, bytes.AsSpan(0, count * entryBytes));
        _bytes = bytes;
        _isResident = true;
    }

    internal void Append(ReadOnlySpan<byte> entry)
    {
        Check.That(_isResident, $"{path}: append to an index that is not in memory");
        var end = _count * entryBytes;
        if (end + entryBytes > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(EntriesAtFirst * entryBytes, _bytes.Length * 2));
        }

        entry.CopyTo(_bytes.AsSpan(end));
        _count++;
    }

    internal void Truncate(int count)
    {
        Check.That(_isResident && count <= _count, $"{path}: truncate to {count} of {_count}");
        _count = count;
    }

    internal void Read(int index, Span<byte> entry)
    {
        if (_isResident)
        {
            _bytes.AsSpan(index * entryBytes, entryBytes).CopyTo(entry);
        }
        else
        {
            File.Read((long)index * entryBytes, entry[..entryBytes]);
        }
    }

    /// <summary>The last entry whose first field is at most <paramref name="key"/>, or -1.</summary>
    internal int FloorOf(long key)
    {
        var low = 0;
        var high = Count;
        if (_isResident)
        {
            return Search(_bytes, 0, low, high, key);
        }

        Span<byte> block = stackalloc byte[SearchBlockBytes];
        var perBlock = SearchBlockBytes / entryBytes;
        while (high - low > perBlock)
        {
            var middle = low + ((high - low) / 2);
            File.Read((long)middle * entryBytes, block[..entryBytes]);
            if (KeyOf(block) <= key)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        File.Read((long)low * entryBytes, block[..((high - low) * entryBytes)]);
        return Search(block, low, low, high, key);
    }

    /// <summary>Writes the entries to the file, exactly as long as they are.</summary>
    internal IFile Write()
    {
        if (_isResident)
        {
            File.Write(0, _bytes.AsSpan(0, _count * entryBytes));
            File.SetLength((long)_count * entryBytes);
        }

        return File;
    }

    /// <summary>Lets go of the memory; the file, which must have been written, is read from now on.</summary>
    internal void LeaveMemory()
    {
        _isResident = false;
        _bytes = [];
    }

    internal void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private int Search(ReadOnlySpan<byte> bytes, int firstIndex, int low, int high, long key)
    {
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (KeyOf(bytes[((middle - firstIndex) * entryBytes)..]) <= key)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1 < firstIndex ? firstIndex - 1 : low - 1;
    }

    private long KeyOf(ReadOnlySpan<byte> entry) =>
        keyBytes == sizeof(int) ? BinaryPrimitives.ReadInt32BigEndian(entry) : BinaryPrimitives.ReadInt64BigEndian(entry);
}
