namespace Deterministic.Kernel;

/// <summary>One thing to do on a shard: a callback and what it works on. A value, so that posting allocates nothing.</summary>
internal readonly record struct ShardWork(Action<object?>? Callback, SendOrPostCallback? Continuation, object? State)
{
    internal void Execute()
    {
        if (Callback is not null)
        {
            Callback(State);
        }
        else
        {
            Continuation!(State);
        }
    }
}
