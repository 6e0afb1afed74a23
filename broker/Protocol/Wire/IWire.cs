using System.Runtime.CompilerServices;

namespace Deterministic.Protocol.Wire;

/// <summary>
/// A codec that a message walks over. <c>nullableSince</c> is the first version in which null may stand there
/// (<see cref="Never"/>: in none). The names are those of the fields, filled in by the compiler.
/// </summary>
public interface IWire
{
    /// <summary>As <c>nullableSince</c>: in no version.</summary>
    const short Never = short.MaxValue;

    /// <summary>The version being walked.</summary>
    short Version { get; }

    /// <summary>Whether the version being walked has the field that follows.</summary>
    bool Has(short since, short until = short.MaxValue);

    /// <summary>One byte, 0 or 1; any other reads as true.</summary>
    void Bool(ref bool value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>A signed byte.</summary>
    void Int8(ref sbyte value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>Two bytes, big endian.</summary>
    void Int16(ref short value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>Two bytes, big endian, unsigned.</summary>
    void UInt16(ref ushort value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>Four bytes, big endian.</summary>
    void Int32(ref int value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>Eight bytes, big endian.</summary>
    void Int64(ref long value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>IEEE 754, eight bytes, big endian.</summary>
    void Float64(ref double value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>16 bytes.</summary>
    void Uuid(ref Uuid value, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>A string.</summary>
    void String(ref Text value, short nullableSince = Never, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>A string with the classic length even in flexible versions (RequestHeader.clientId alone).</summary>
    void ClassicString(ref Text value, short nullableSince = Never, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>Bytes.</summary>
    void Bytes(ref Blob value, short nullableSince = Never, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>Record batches.</summary>
    void Records(ref RecordData value, short nullableSince = Never, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>A struct.</summary>
    void Struct<T>(ref T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, IMessage;

    /// <summary>A struct that may be null.</summary>
    void Struct<T>(ref Optional<T> value, short nullableSince, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, IMessage;

    /// <summary>A struct that may be null and is a tagged field: there, null is written otherwise.</summary>
    void TaggedStruct<T>(ref Optional<T> value, short nullableSince, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, IMessage;

    /// <summary>An array of structs.</summary>
    void Array<T>(ref Seq<T> value, short nullableSince = Never, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, IMessage;

    /// <summary>An array of bytes that are numbers.</summary>
    void Array(ref Seq<sbyte> value, short nullableSince = Never, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>An array of two-byte numbers.</summary>
    void Array(ref Seq<short> value, short nullableSince = Never, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>An array of four-byte numbers.</summary>
    void Array(ref Seq<int> value, short nullableSince = Never, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>An array of eight-byte numbers.</summary>
    void Array(ref Seq<long> value, short nullableSince = Never, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>An array of strings.</summary>
    void Array(ref Seq<Text> value, short nullableSince = Never, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>An array of ids.</summary>
    void Array(ref Seq<Uuid> value, short nullableSince = Never, [CallerArgumentExpression(nameof(value))] string name = "");

    /// <summary>The tag section at the end of every struct: nothing in versions that are not flexible.</summary>
    void Tags<T>(ref T self)
        where T : struct, IMessage;
}
