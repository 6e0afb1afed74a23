using System.Runtime.CompilerServices;

namespace Deterministic.Protocol.Wire;

/// <summary>
/// Carries the storage of arrays from a used message to a new one: a first walk takes it, a second gives it in the same
/// order. Lives for one message.
/// </summary>
internal ref struct StorageWire : IWire
{
    private const int SlotsMax = 16;

    private Slots _slots;
    private bool _gives;
    private int _next;

    public readonly short Version => 0;

    /// <summary>Arrays walked so far.</summary>
    internal readonly int Arrays => _next;

    public readonly bool Has(short since, short until = short.MaxValue) => true;

    public readonly void Bool(ref bool value, string name = "")
    {
    }

    public readonly void Int8(ref sbyte value, string name = "")
    {
    }

    public readonly void Int16(ref short value, string name = "")
    {
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

    public readonly void TaggedStruct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage => Struct(ref value, nullableSince, name);

    public readonly void Struct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage
    {
        // One that is there and one that is not would get out of step.
    }

    public void Array<T>(ref Seq<T> value, short nullableSince = IWire.Never, string name = "")
        where T : struct, IMessage => Carry(ref value);

    public void Array(ref Seq<sbyte> value, short nullableSince = IWire.Never, string name = "") => Carry(ref value);

    public void Array(ref Seq<short> value, short nullableSince = IWire.Never, string name = "") => Carry(ref value);

    public void Array(ref Seq<int> value, short nullableSince = IWire.Never, string name = "") => Carry(ref value);

    public void Array(ref Seq<long> value, short nullableSince = IWire.Never, string name = "") => Carry(ref value);

    public void Array(ref Seq<Text> value, short nullableSince = IWire.Never, string name = "") => Carry(ref value);

    public void Array(ref Seq<Uuid> value, short nullableSince = IWire.Never, string name = "") => Carry(ref value);

    public void Tags<T>(ref T self)
        where T : struct, IMessage
    {
        for (var tag = 0; tag < TagSection.TagsOf<T>(); tag++)
        {
            self.WalkTag(ref this, tag);
        }
    }

    /// <summary>Turns from taking to giving.</summary>
    internal void Give()
    {
        _gives = true;
        _next = 0;
    }

    private void Carry<T>(ref Seq<T> value)
    {
        // A message with more arrays keeps the storage of the first ones.
        if (_next < SlotsMax && _gives)
        {
            value.Storage = (T[]?)_slots[_next];
        }
        else if (_next < SlotsMax)
        {
            _slots[_next] = value.Storage;
        }

        _next++;
    }

    [InlineArray(SlotsMax)]
    private struct Slots
    {
        private object? _first;
    }
}
