using System.Text;

namespace Deterministic.Protocol.Wire;

/// <summary>
/// A string of a message: UTF-8 bytes, usually a slice of the network buffer that it was read from, so it lives as long
/// as that buffer; <see cref="Copy"/> what must live longer. Equality is by content; null differs from empty.
/// </summary>
public readonly struct Text : IEquatable<Text>
{
    private readonly bool _isNull;

    private Text(bool isNull)
    {
        _isNull = isNull;
    }

    /// <summary>Text over bytes that are UTF-8.</summary>
    public Text(ReadOnlyMemory<byte> utf8)
    {
        Utf8 = utf8;
    }

    /// <summary>No string.</summary>
    public static Text Null => new(isNull: true);

    /// <summary>The empty string.</summary>
    public static Text Empty => new(ReadOnlyMemory<byte>.Empty);

    /// <summary>The bytes; empty for null.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Whether there is no string.</summary>
    public bool IsNull => _isNull;

    /// <summary>Whether it is null or has no bytes.</summary>
    public bool IsNullOrEmpty => Utf8.IsEmpty;

    /// <summary>Text with memory of its own.</summary>
    public static Text Of(string? value) => value is null ? Null : new Text(Encoding.UTF8.GetBytes(value));

    /// <summary>A copy with memory of its own.</summary>
    public Text Copy() => !_isNull ? new Text(Utf8.ToArray()) : Null;

    /// <summary>The string, or null.</summary>
    public string? AsString() => !_isNull ? Encoding.UTF8.GetString(Utf8.Span) : null;

    /// <summary>The string; null reads as empty.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);

    /// <inheritdoc/>
    public bool Equals(Text other) => _isNull == other._isNull && Utf8.Span.SequenceEqual(other.Utf8.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Text other && Equals(other);

    /// <summary>FNV-1a over the bytes: the same in every process.</summary>
    public override int GetHashCode() => Fnv1a.Of(Utf8.Span);

    /// <summary>Text with memory of its own.</summary>
    public static implicit operator Text(string? value) => Of(value);

    /// <inheritdoc cref="Equals(Text)"/>
    public static bool operator ==(Text left, Text right) => left.Equals(right);

    /// <inheritdoc cref="Equals(Text)"/>
    public static bool operator !=(Text left, Text right) => !left.Equals(right);
}
