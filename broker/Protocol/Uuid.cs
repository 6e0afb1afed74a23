using System.Buffers.Binary;
using System.Buffers.Text;

namespace Deterministic.Protocol;

/// <summary>A 128-bit id as Kafka writes it: 16 bytes big endian on the wire, unpadded URL-safe base64 (22 characters) as text.</summary>
public readonly record struct Uuid(ulong High, ulong Low) : IComparable<Uuid>
{
    /// <summary>Bytes on the wire.</summary>
    public const int SizeBytes = 16;

    /// <summary>No id.</summary>
    public static readonly Uuid Zero;

    /// <summary>The topic id of <c>__cluster_metadata</c>.</summary>
    public static readonly Uuid MetadataTopicId = new(0, 1);

    /// <summary>Whether this is <see cref="Zero"/>.</summary>
    public bool IsZero => High == 0 && Low == 0;

    /// <summary>Reads 16 bytes.</summary>
    public static Uuid Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Writes 16 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
    }

    /// <summary>A version 4 id from 16 random bytes that Kafka's tools take too: not reserved, and its text starts with no dash.</summary>
    public static Uuid FromRandom(Kernel.Ports.IRandom random)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        while (true)
        {
            random.Fill(bytes);
            bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
            bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
            var id = Read(bytes);
            if (id.High != 0 && id.ToString()[0] != '-')
            {
                return id;
            }
        }
    }

    /// <summary>Reads the text form.</summary>
    public static bool TryParse(string text, out Uuid id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[SizeBytes];
        if (text.Length != 22 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != SizeBytes)
        {
            return false;
        }

        id = Read(bytes);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Uuid other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)((High * 0x9E3779B97F4A7C15UL) ^ (Low >> 32) ^ Low));

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        Write(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Order of the bits, the high half first.</summary>
    public static bool operator <(Uuid left, Uuid right) => left.CompareTo(right) < 0;

    /// <summary>Order of the bits, the high half first.</summary>
    public static bool operator >(Uuid left, Uuid right) => left.CompareTo(right) > 0;

    /// <summary>Order of the bits, the high half first.</summary>
    public static bool operator <=(Uuid left, Uuid right) => left.CompareTo(right) <= 0;

    /// <summary>Order of the bits, the high half first.</summary>
    public static bool operator >=(Uuid left, Uuid right) => left.CompareTo(right) >= 0;
}
