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
