namespace Deterministic.Protocol.Wire;

/// <summary>Reading into a message that was read before, so that a connection that asks the same again and again allocates nothing.</summary>
public static class MessageReuse
{
    /// <summary>
    /// Sets every field to its default but keeps the storage of arrays. What was taken from the message before must not
    /// be in use any more.
    /// </summary>
    public static void Renew<T>(ref T message)
        where T : struct, IMessage
    {
        var renewed = new T();
        if (ArraysOf<T>.Any)
        {
            var wire = new StorageWire();
            message.Walk(ref wire);
            wire.Give();
            renewed.Walk(ref wire);
        }

        message = renewed;
    }

    /// <summary>Adds an item with every field at its default, in storage from earlier use where there is some.</summary>
    public static ref T Add<T>(ref Seq<T> array)
        where T : struct, IMessage
    {
        ref var item = ref array.AddSlot();
        Renew(ref item);
        return ref item;
    }

    private static class ArraysOf<T>
        where T : struct, IMessage
    {
        internal static readonly bool Any = Count() > 0;

        private static int Count()
        {
            var message = new T();
            var wire = new StorageWire();
            message.Walk(ref wire);
            return wire.Arrays;
        }
    }
}
