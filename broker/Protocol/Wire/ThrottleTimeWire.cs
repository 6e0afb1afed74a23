namespace Deterministic.Protocol.Wire;

/// <summary>
/// Fills in a response's <c>ThrottleTimeMs</c>, if its version has one, or finds out what it is: walks over the fields of the
/// message itself and touches nothing else. Lives for one message.
/// </summary>
public ref struct ThrottleTimeWire : IWire
{
    private const string Field = "ThrottleTimeMs";

    private readonly bool _fillsIn;

    /// <summary>Fills in that many milliseconds.</summary>
    public ThrottleTimeWire(short version, int throttleTimeMs)
    {
        Version = version;
        ThrottleTimeMs = throttleTimeMs;
        _fillsIn = true;
    }

    /// <summary>Finds out what it is.</summary>
    public ThrottleTimeWire(short version)
    {
        Version = version;
    }

    /// <summary>What was filled in, or what was found; 0 where the version has none.</summary>
    public int ThrottleTimeMs { get; private set; }

    /// <inheritdoc/>
    public short Version { get; }

    /// <inheritdoc/>
    public readonly bool Has(short since, short until = short.MaxValue) => Version >= since && Version <= until;

    /// <inheritdoc/>
    public void Int32(ref int value, string name = "")
    {
        if (name != Field)
        {
            return;
        }

        if (_fillsIn)
        {
            value = ThrottleTimeMs;
        }
        else
        {
            ThrottleTimeMs = value;
        }
    }

    /// <inheritdoc/>
    public readonly void Bool(ref bool value, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Int8(ref sbyte value, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Int16(ref short value, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void UInt16(ref ushort value, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Int64(ref long value, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Float64(ref double value, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Uuid(ref Uuid value, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void String(ref Text value, short nullableSince = IWire.Never, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void ClassicString(ref Text value, short nullableSince = IWire.Never, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Bytes(ref Blob value, short nullableSince = IWire.Never, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Records(ref RecordData value, short nullableSince = IWire.Never, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Struct<T>(ref T value, string name = "")
        where T : struct, IMessage
    {
    }

    /// <inheritdoc/>
    public readonly void Struct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage
    {
    }

    /// <inheritdoc/>
    public readonly void TaggedStruct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage
    {
    }

    /// <inheritdoc/>
    public readonly void Array<T>(ref Seq<T> value, short nullableSince = IWire.Never, string name = "")
        where T : struct, IMessage
    {
    }

    /// <inheritdoc/>
    public readonly void Array(ref Seq<sbyte> value, short nullableSince = IWire.Never, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Array(ref Seq<short> value, short nullableSince = IWire.Never, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Array(ref Seq<int> value, short nullableSince = IWire.Never, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Array(ref Seq<long> value, short nullableSince = IWire.Never, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Array(ref Seq<Text> value, short nullableSince = IWire.Never, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Array(ref Seq<Uuid> value, short nullableSince = IWire.Never, string name = "")
    {
    }

    /// <inheritdoc/>
    public readonly void Tags<T>(ref T self)
        where T : struct, IMessage
    {
    }
}
