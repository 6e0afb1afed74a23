namespace Deterministic.Simulator.Networks;

/// <summary>
/// The bytes of a stream from the first that is not read to the last that was sent, addressed by their position in the
/// stream. Grows with what it has to hold. Owned by its <see cref="Pipe"/>.
/// </summary>
internal sealed class ByteRing(BytePool pool)
{
    private byte[] _bytes = [];

    /// <summary>The first byte that is held.</summary>
    internal long Start { get; private set; }

    /// <summary>Behind the last byte that is held.</summary>
    internal long End { get; private set; }

    /// <summary>Appends.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = Reserve(bytes.Length);
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            Commit(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Room for the next bytes, at most so many and at least one of them.</summary>
    internal Span<byte> Reserve(int bytes)
    {
        Grow(bytes);
        var offset = OffsetOf(End);
        return _bytes.AsSpan(offset, Math.Min(bytes, _bytes.Length - offset));
    }

    /// <summary>So many bytes were put into the reserved room.</summary>
    internal void Commit(int bytes) => End += bytes;

    /// <summary>The bytes from a position on, as far as they lie in one piece and at most up to <paramref name="end"/>.</summary>
    internal Span<byte> Piece(long position, long end)
    {
        var offset = OffsetOf(position);
        return _bytes.AsSpan(offset, (int)Math.Min(end - position, _bytes.Length - offset));
    }

    /// <summary>Takes bytes from the start.</summary>
    internal void Read(Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            var piece = Piece(Start, Start + into.Length);
            piece.CopyTo(into);
            into = into[piece.Length..];
            Start += piece.Length;
        }
    }

    /// <summary>So many bytes are sent that nobody will read.</summary>
    internal void Skip(int bytes)
    {
        End += bytes;
        Start = End;
    }

    /// <summary>Nobody will read what it holds.</summary>
    internal void Release()
    {
        Start = End;
        if (_bytes.Length > 0)
        {
            pool.Return(_bytes);
            _bytes = [];
        }
    }

    private int OffsetOf(long position) => (int)(position & (_bytes.Length - 1));

    private void Grow(int bytes)
    {
        var held = (int)(End - Start);
        if (held + bytes <= _bytes.Length)
        {
            return;
        }

        var larger = pool.Rent(held + bytes);
        var position = Start;
        while (position < End)
        {
            var piece = Piece(position, End);
            foreach (var b in piece)
            {
                larger[position++ & (larger.Length - 1)] = b;
            }
        }

        if (_bytes.Length > 0)
        {
            pool.Return(_bytes);
        }

        _bytes = larger;
    }
}
