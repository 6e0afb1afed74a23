using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Tests.Broker;

/// <summary>Walks a message and keeps every field that is an error code or an error message, in the order of the fields.</summary>
internal struct ErrorCodeCollector(short version) : IWire
{
    internal List<int> Codes { get; } = [];

    internal List<string?> Messages { get; } = [];

    public readonly short Version => version;

    public readonly bool Has(short since, short until = short.MaxValue) => version >= since && version <= until;

    public readonly void Bool(ref bool value, string name = "")
    {
    }

    public readonly void Int8(ref sbyte value, string name = "")
    {
    }

    public readonly void Int16(ref short value, string name = "")
    {
        if (name.EndsWith("ErrorCode", StringComparison.Ordinal))
        {
            Codes.Add(value);
        }
    }

    public readonly void UInt16(ref ushort value, string name = "")
    {
    }

    public readonly void Int32(ref int value, string name = "")
    {
    }

    public readonly void Int64(ref long value, string name = "")
    {
    }

    public readonly void Float64(ref double value, string name = "")
    {
    }

    public readonly void Uuid(ref Uuid value, string name = "")
    {
    }

    public readonly void String(ref Text value, short nullableSince = IWire.Never, string name = "")
    {
        if (name.EndsWith("ErrorMessage", StringComparison.Ordinal))
        {
            Messages.Add(value.AsString());
        }
    }

    public readonly void ClassicString(ref Text value, short nullableSince = IWire.Never, string name = "")
    {
    }

    public readonly void Bytes(ref Blob value, short nullableSince = IWire.Never, string name = "")
    {
    }

    public readonly void Records(ref RecordData value, short nullableSince = IWire.Never, string name = "")
    {
    }

    public void Struct<T>(ref T value, string name = "")
        where T : struct, IMessage => value.Walk(ref this);

    public void TaggedStruct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage => Struct(ref value, nullableSince, name);

    public void Struct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage
    {
        if (value.HasValue)
        {
            value.Value.Walk(ref this);
        }
    }

    public void Array<T>(ref Seq<T> value, short nullableSince = IWire.Never, string name = "")
        where T : struct, IMessage
    {
        foreach (ref var item in value)
        {
            item.Walk(ref this);
        }
    }

    public readonly void Array(ref Seq<sbyte> value, short nullableSince = IWire.Never, string name = "")
    {
    }

    public readonly void Array(ref Seq<short> value, short nullableSince = IWire.Never, string name = "")
    {
    }

    public readonly void Array(ref Seq<int> value, short nullableSince = IWire.Never, string name = "")
    {
    }

    public readonly void Array(ref Seq<long> value, short nullableSince = IWire.Never, string name = "")
    {
    }

    public readonly void Array(ref Seq<Text> value, short nullableSince = IWire.Never, string name = "")
    {
    }

    public readonly void Array(ref Seq<Uuid> value, short nullableSince = IWire.Never, string name = "")
    {
    }

    public readonly void Tags<T>(ref T self)
        where T : struct, IMessage
    {
    }
}
