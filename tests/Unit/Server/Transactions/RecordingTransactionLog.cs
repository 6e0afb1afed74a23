using Deterministic.Protocol;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Tests.Transactions;

/// <summary>A log in memory: an append is durable at once, or when the test says so, or never.</summary>
internal sealed class RecordingTransactionLog : ITransactionLog
{
    private readonly Queue<(byte[] Batch, Action<ErrorCode> Completion)> _held = [];
    private readonly List<byte> _durable = [];

    /// <summary>While true, appends wait for <see cref="Release"/>.</summary>
    public bool IsHolding { get; set; }

    public byte[] Bytes => _durable.ToArray();

    public void Append(int partition, Memory<byte> batch, Action<ErrorCode> completion)
    {
        _held.Enqueue((batch.ToArray(), completion));
        if (!IsHolding)
        {
            Release(ErrorCode.None);
        }
    }

    /// <summary>What is held is durable now, or never will be.</summary>
    public void Release(ErrorCode error)
    {
        while (_held.TryDequeue(out var append))
        {
            if (error == ErrorCode.None)
            {
                _durable.AddRange(append.Batch);
            }

            append.Completion(error);
        }
    }
}
