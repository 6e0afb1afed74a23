using Deterministic.Concurrency.Tests.Exploring;
using Deterministic.Host;
using Deterministic.Kernel;

namespace Deterministic.Concurrency.Tests.Loops;

/// <summary>The protocol of <see cref="ShardLoop"/>, without spinning, with one mistake.</summary>
internal sealed class BrokenLoop(Shard shard, ModelPoll poll, LoopMistake mistake) : IShardDriver
{
    private volatile bool _isStopping;

    public void Stop()
    {
        if (mistake == LoopMistake.StopWakesTooEarly)
        {
            poll.Wake();
            _isStopping = true;
            return;
        }

        _isStopping = true;
        poll.Wake();
    }

    public void Run()
    {
        while (!_isStopping)
        {
            shard.Run(ShardLoop.WorkMaxPerRun);
            if (!shard.HasWork)
            {
                Block();
            }
        }

        if (mistake != LoopMistake.StopsBeforeItDrained)
        {
            shard.Post(poll.CloseAll);
            while (shard.HasWork)
            {
                shard.Run(ShardLoop.WorkMaxPerRun);
            }
        }
    }

    private void Block()
    {
        if (mistake != LoopMistake.BlocksWithoutSayingSo && !shard.TrySleep())
        {
            return;
        }

        poll.Poll(_isStopping ? 0 : -1);
        shard.WakeUp();
        if (mistake != LoopMistake.ForgetsEvents)
        {
            shard.Post(poll.Dispatch);
        }
    }
}
