using System.Buffers.Binary;
using Deterministic.Kernel.Ports;

namespace Deterministic.Storage;

/// <summary>
/// <c>.txnindex</c>: the aborted transactions whose marker stands in this segment, 34 bytes an entry; the file only exists
/// when there is one. Owned by its segment.
/// </summary>
internal sealed class TransactionIndex(IDisk disk, string path)
{
    internal const int EntryBytes = 34;
    private const short Version = 0;
    private List<AbortedTransaction>? _entries;

    internal string Path => path;

    internal IReadOnlyList<AbortedTransaction> Entries => _entries ??= ReadEntries();

    internal void Reset() => _entries = [];

    internal void Append(AbortedTransaction transaction)
    {
        _ = Entries;
        _entries!.Add(transaction);
    }

    internal void TruncateFrom(long offset)
    {
        _ = Entries;
        _entries!.RemoveAll(e => e.LastOffset >= offset);
    }

    /// <summary>Brings the file to what is in memory. Null when there is nothing to flush.</summary>
    internal IFile? Write()
    {
        if (_entries is null)
        {
            return null;
        }

        if (_entries.Count == 0)
        {
            if (disk.FileExists(path))
            {
                disk.DeleteFile(path);
            }

            return null;
        }

        var bytes = new byte[_entries.Count * EntryBytes];
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = bytes.AsSpan(i * EntryBytes);
            BinaryPrimitives.WriteInt16BigEndian(entry, Version);
            BinaryPrimitives.WriteInt64BigEndian(entry[2..], _entries[i].ProducerId);
            BinaryPrimitives.WriteInt64BigEndian(entry[10..], _entries[i].FirstOffset);
            BinaryPrimitives.WriteInt64BigEndian(entry[18..], _entries[i].LastOffset);
            BinaryPrimitives.WriteInt64BigEndian(entry[26..], _entries[i].LastStableOffset);
        }

        var file = disk.Open(path, FileOpening.OrCreate);
        file.Write(0, bytes);
        file.SetLength(bytes.Length);
        return file;
    }

    /// <summary>Whether the file, if there is one, can be what was written.</summary>
    internal bool IsSane()
    {
        foreach (var entry in Entries)
        {
            if (entry.FirstOffset > entry.LastOffset || entry.FirstOffset < 0)
            {
                return false;
            }
        }

        return _hadWholeEntries;
    }

    private bool _hadWholeEntries = true;

    private List<AbortedTransaction> ReadEntries()
    {
        var entries = new List<AbortedTransaction>();
        var bytes = AtomicFile.ReadOrNull(disk, path) ?? [];
        _hadWholeEntries = bytes.Length % EntryBytes == 0;
        for (var i = 0; i + EntryBytes <= bytes.Length; i += EntryBytes)
        {
            var entry = bytes.AsSpan(i);
            entries.Add(new AbortedTransaction(
                BinaryPrimitives.ReadInt64BigEndian(entry[2..]),
                BinaryPrimitives.ReadInt64BigEndian(entry[10..]),
                BinaryPrimitives.ReadInt64BigEndian(entry[18..]),
                BinaryPrimitives.ReadInt64BigEndian(entry[26..])));
        }

        return entries;
    }
}
