namespace Deterministic.Simulator.Disks;

/// <summary>
/// A file: its bytes as the page cache has them and, where they differ, as the device has them. Everything it does costs what
/// it touches, never the whole file. Owned by one disk.
/// </summary>
internal sealed partial class FileNode(Volume volume) : DiskNode
{
    private const long NoCut = long.MaxValue;

    private readonly List<FilePage?> _pages = [];
    private readonly List<int> _unclean = [];

    private long _deviceLength;
    private long _inFlightLength = -1;

    /// <summary>The shortest that the file was made since the last flush began; what the device has behind it goes with the cut.</summary>
    private long _cutAt = NoCut;
    private long _inFlightCutAt = NoCut;

    /// <summary>Where its volume has it among the files that differ between cache and device, or -1.</summary>
    internal int UncleanIndex { get; set; } = -1;

    /// <summary>Bytes in the file, as the cache has it.</summary>
    internal long Length { get; private set; }

    /// <summary>Reads as a process does: a damaged part may fail it.</summary>
    internal int Read(long position, Span<byte> buffer)
    {
        if (_overlays is not null)
        {
            CheckReadable(position, buffer.Length);
        }

        return Peek(position, buffer);
    }

    /// <summary>Reads what is there, with damage that shows as other bytes; what a process cannot read is seen as it is beneath.</summary>
    internal int Peek(long position, Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - position, 0, buffer.Length);
        for (var done = 0; done < count;)
        {
            var offset = (int)((position + done) % FilePage.Bytes);
            var part = buffer.Slice(done, Math.Min(FilePage.Bytes - offset, count - done));
            if (_pages[(int)((position + done) / FilePage.Bytes)] is { } page)
            {
                page.Data.AsSpan(offset, part.Length).CopyTo(part);
            }
            else
            {
                part.Clear();
            }

            done += part.Length;
        }

        if (_overlays is not null)
        {
            ApplyOverlays(position, buffer[..count]);
        }

        return count;
    }

    internal void Write(long position, ReadOnlySpan<byte> bytes)
    {
        if (position + bytes.Length > Length)
        {
            SetLength(position + bytes.Length);
        }

        if (_overlays is not null)
        {
            OverwriteOverlays(position, bytes);
        }

        while (bytes.Length > 0)
        {
            var offset = (int)(position % FilePage.Bytes);
            var count = Math.Min(FilePage.Bytes - offset, bytes.Length);
            bytes[..count].CopyTo(PageToWrite((int)(position / FilePage.Bytes), offset, count).Data.AsSpan(offset));
            position += count;
            bytes = bytes[count..];
        }
    }

    internal void SetLength(long length)
    {
        if (length < Length)
        {
            ZeroFrom(length);
            _cutAt = Math.Min(_cutAt, length);
            _overlays?.RemoveAll(overlay => overlay.IsCutBy(length));
        }

        if (length != Length)
        {
            ChangeLength(length);
            volume.MarkUnclean(this);
        }
    }

    /// <summary>What is written by now is on its way. A flush before that has not ended ends with this one, or before.</summary>
    internal void BeginFlush()
    {
        foreach (var index in _unclean)
        {
            var page = _pages[index]!;
            page.InFlight |= page.Dirty;
            page.Dirty = 0;
        }

        _inFlightLength = Length;
        _inFlightCutAt = Math.Min(_cutAt, _inFlightCutAt);
        _cutAt = NoCut;
    }

    /// <summary>What was on its way has arrived.</summary>
    internal void EndFlush()
    {
        if (_inFlightLength < 0)
        {
            return;
        }

        foreach (var index in _unclean)
        {
            var page = _pages[index]!;
            page.Clean(page.InFlight, volume.Pages);
        }

        _deviceLength = _inFlightLength;
        _inFlightLength = -1;
        _inFlightCutAt = NoCut;
        DropCleanPages();
    }

    /// <summary>A file of another volume with the same bytes, all on the device.</summary>
    internal FileNode CopyTo(Volume other)
    {
        var copy = new FileNode(other);
        copy.ChangeLength(Length);
        copy._deviceLength = Length;
        for (var i = 0; i < copy._pages.Count; i++)
        {
            if (_pages[i] is { } page)
            {
                copy._pages[i] = new FilePage();
                page.Data.CopyTo(copy._pages[i]!.Data, 0);
            }
        }

        return copy;
    }

    private FilePage PageToWrite(int index, int offset, int count)
    {
        var page = _pages[index] ??= new FilePage();
        if (page.Unclean == 0)
        {
            _unclean.Add(index);
            volume.MarkUnclean(this);
        }

        var mask = FilePage.MaskOf(offset, count);
        if ((page.InFlight & mask) != 0)
        {
            BringCutToDevice(_inFlightCutAt);
        }

        page.Touch(mask, volume.Pages);
        return page;
    }

    /// <summary>Before anything that was written after a cut is on the device, the cut is.</summary>
    private void BringCutToDevice(long cutAt)
    {
        if (cutAt < _deviceLength)
        {
            ZeroDeviceFrom(cutAt);
            _deviceLength = cutAt;
        }
    }

    private void ZeroFrom(long position)
    {
        while (position < Length)
        {
            var offset = (int)(position % FilePage.Bytes);
            var count = FilePage.Bytes - offset;
            var index = (int)(position / FilePage.Bytes);
            if (_pages[index] is not null)
            {
                PageToWrite(index, offset, count).Data.AsSpan(offset).Clear();
            }

            position += count;
        }
    }

    /// <summary>Pages stay when the file gets shorter: the device may still have them.</summary>
    private void ChangeLength(long length)
    {
        volume.UsedBytes += IsNamed ? length - Length : 0;
        Length = length;
        var pages = (int)((length + FilePage.Bytes - 1) / FilePage.Bytes);
        for (var i = _pages.Count; i < pages; i++)
        {
            _pages.Add(null);
        }
    }

    private void DropCleanPages()
    {
        var kept = 0;
        for (var i = 0; i < _unclean.Count; i++)
        {
            if (_pages[_unclean[i]]!.Unclean != 0)
            {
                _unclean[kept++] = _unclean[i];
            }
        }

        _unclean.RemoveRange(kept, _unclean.Count - kept);
        var pages = (int)((Length + FilePage.Bytes - 1) / FilePage.Bytes);
        while (_pages.Count > pages && _pages[^1] is not { Unclean: > 0 })
        {
            _pages.RemoveAt(_pages.Count - 1);
        }

        if (_unclean.Count == 0 && Length == _deviceLength && Cut == NoCut)
        {
            volume.UnmarkUnclean(this);
        }
    }
}
