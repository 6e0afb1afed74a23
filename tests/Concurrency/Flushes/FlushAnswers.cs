using Deterministic.Concurrency.Tests.Exploring;
using Deterministic.Kernel;

namespace Deterministic.Concurrency.Tests.Flushes;

/// <summary>Asks for flushes and checks their answers. Owned by the shard that asks.</summary>
internal sealed class FlushAnswers(TestFile file, Countdown left)
{
    private int _asked;

    internal int Count { get; private set; }

    internal int Failures { get; private set; }

    internal void WriteAndFlush(Shard shard, IFlushQueue queue)
    {
        file.Write();
        var written = file.Written;
        queue.Add(shard, (state, error) => OnFlushed((int)state!, written, error), _asked++);
    }

    private void OnFlushed(int number, int written, IOException? error)
    {
        Check.That(number == Count, $"out of order: flush {number} was answered as number {Count}");
        Count++;
        if (error is not null)
        {
            Failures++;
        }
        else
        {
            Check.That(Failures == 0, $"flush {number} succeeded after one that failed");
            Check.That(file.Durable >= written, $"not durable: {written} writes stood before the flush, it covers {file.Durable}");
        }

        left.Signal();
    }
}
