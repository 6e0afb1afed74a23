namespace Deterministic.Concurrency.Tests.Exploring;

/// <summary>Threads of a test body.</summary>
internal static class Threads
{
    internal static Thread Start(Action body)
    {
        var thread = new Thread(() => body()) { IsBackground = true };
        thread.Start();
        return thread;
    }

    internal static Thread[] Start(int count, Action<int> body) =>
        [.. Enumerable.Range(0, count).Select(number => Start(() => body(number)))];

    internal static void Join(Thread[] threads)
    {
        foreach (var thread in threads)
        {
            thread.Join();
        }
    }
}
