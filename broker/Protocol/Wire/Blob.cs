namespace Deterministic.Protocol.Wire;

/// <summary>Bytes of a message, usually a slice of the network buffer that they were read from; null differs from empty.</summary>
public readonly struct Blob : IEquatable<Blob>
{
    private readonly bool _isNull;

    private Blob(bool isNull)
    {
        _isNull = isNull;
    }

    /// <summary>A blob over bytes.</summary>
    public Blob(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
    }

    /// <summary>No bytes at all.</summary>
    public static Blob Null => new(isNull: true);

    /// <summary>Zero bytes.</summary>
    public static Blob Empty => new(ReadOnlyMemory<byte>.Empty);

    /// <summary>The bytes; empty for null.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether it is null.</summary>
    public bool IsNull => _isNull;

    /// <summary>A copy with memory of its own.</summary>
    public Blob Copy() => !_isNull ? new Blob(Bytes.ToArray()) : Null;

    /// <inheritdoc/>
    public bool Equals(Blob other) => _isNull == other._isNull && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Blob other && Equals(other);

    /// <summary>FNV-1a over the bytes.</summary>
    public override int GetHashCode() => Fnv1a.Of(Bytes.Span);

    /// <inheritdoc cref="Equals(Blob)"/>
    public static bool operator ==(Blob left, Blob right) => left.Equals(right);

    /// <inheritdoc cref="Equals(Blob)"/>
    public static bool operator !=(Blob left, Blob right) => !left.Equals(right);
}
