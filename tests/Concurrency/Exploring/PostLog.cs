using Deterministic.Kernel;

namespace Deterministic.Concurrency.Tests.Exploring;

/// <summary>What arrived of the posts that senders number from 0 on. Kept by the thread that executes them.</summary>
internal sealed class PostLog(int senders)
{
    private readonly int[] _arrived = new int[senders];

    internal int Total => _arrived.Sum();

    /// <summary>Each arrives once, after those that its sender posted before.</summary>
    internal void Arrive(int sender, int number)
    {
        Check.That(_arrived[sender] == number, $"out of order: post {number} of sender {sender} came as number {_arrived[sender]}");
        _arrived[sender]++;
    }

    internal int Of(int sender) => _arrived[sender];
}
