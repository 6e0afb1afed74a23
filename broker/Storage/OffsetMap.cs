namespace Deterministic.Storage;

/// <summary>
/// The latest offset of each key in the part of a log that is being cleaned, with bounded memory: keys are kept as hashes of
/// 128 bits, in a table that grows as far as it is allowed to. Owned by a cleaner.
/// </summary>
internal sealed class OffsetMap
{
    /// <summary>A slot is a hash and an offset.</summary>
    internal const int SlotBytes = 16 + sizeof(long);

    private const int SlotsMin = 64;
    private const int SlotsMaxDefault = 4 * 1024 * 1024;

    /// <summary>A larger table is not kept between two passes.</summary>
    private const int KeptSlotsMax = 64 * 1024;

    private const double LoadMin = 0.01;
    private const double LoadBelowBatch = 0.9;
    private const double LoadMax = 0.95;
    private const double LoadBelowMax = 0.75;

    private UInt128[] _hashes = new UInt128[SlotsMin];
    private long[] _nextOffsets = new long[SlotsMin];
    private int _slotsMax = SlotsMaxDefault;
    private double _loadFactor = LoadBelowBatch;
    private KeyHash _hash;
    private int _fullAt = (int)(SlotsMin * LoadBelowMax);

    /// <summary>Whether another batch of keys may not find room: as many keys as a batch holds are more than that.</summary>
    internal bool IsFull => Count >= (int)(_slotsMax * _loadFactor);

    internal int Count { get; private set; }

    /// <summary>How large the table may become; a power of two of slots, since it doubles.</summary>
    internal void Limit(long bytes, double loadFactor)
    {
        var slots = Math.Clamp(bytes / SlotBytes, SlotsMin, 1 << 30);
        _slotsMax = 1 << (63 - (int)long.LeadingZeroCount(slots));
        _loadFactor = Math.Clamp(loadFactor, LoadMin, LoadBelowBatch);
        _fullAt = FullAt(_hashes.Length);
    }

    /// <summary>Begins anew, with a secret of the pass's own.</summary>
    internal void Start(KeyHash hash)
    {
        Clear();
        _hash = hash;
    }

    internal void Put(ReadOnlySpan<byte> key, long offset)
    {
        if (Count >= _fullAt)
        {
            Grow();
        }

        var hash = _hash.Of(key);
        var slot = SlotOf(hash);
        if (_nextOffsets[slot] == 0)
        {
            _hashes[slot] = hash;
            Count++;
        }

        _nextOffsets[slot] = offset + 1;
    }

    /// <summary>The latest offset of the key, or -1.</summary>
    internal long LatestOf(ReadOnlySpan<byte> key) => Count == 0 ? -1 : _nextOffsets[SlotOf(_hash.Of(key))] - 1;

    internal void Clear()
    {
        if (_hashes.Length > KeptSlotsMax)
        {
            Resize(SlotsMin);
        }
        else
        {
            Array.Clear(_nextOffsets);
        }

        Count = 0;
    }

    /// <summary>Where the hash is, or the free slot where it belongs; a slot is free while it has no offset.</summary>
    private int SlotOf(UInt128 hash)
    {
        var mask = _hashes.Length - 1;
        var slot = (int)(ulong)hash & mask;
        while (_nextOffsets[slot] != 0 && _hashes[slot] != hash)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    /// <summary>Beyond what is allowed too: the keys of the batch that made it full have to go somewhere.</summary>
    private void Grow()
    {
        var (hashes, offsets) = (_hashes, _nextOffsets);
        Resize(hashes.Length * 2);
        for (var i = 0; i < hashes.Length; i++)
        {
            if (offsets[i] != 0)
            {
                var slot = SlotOf(hashes[i]);
                _hashes[slot] = hashes[i];
                _nextOffsets[slot] = offsets[i];
            }
        }
    }

    private void Resize(int slots)
    {
        _hashes = new UInt128[slots];
        _nextOffsets = new long[slots];
        _fullAt = FullAt(slots);
    }

    /// <summary>The largest table is filled as far as one may say; before, room is cheaper than collisions.</summary>
    private int FullAt(int slots) => (int)(slots * (slots >= _slotsMax ? LoadMax : LoadBelowMax));
}
