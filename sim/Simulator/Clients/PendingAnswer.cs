using Deterministic.Kernel.Time;

namespace Deterministic.Simulator.Clients;

/// <summary>A request whose answer is awaited. Owned by its connection; lives until the answer is there or the connection is not.</summary>
internal sealed class PendingAnswer(int correlationId)
{
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _frame = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal int CorrelationId => correlationId;

    /// <summary>Whether any of its bytes were given to the network.</summary>
    internal bool WasSent { get; set; }

    internal ScheduledTimer? Timer { get; set; }

    /// <summary>The response with its header, without its size.</summary>
    internal Task<ReadOnlyMemory<byte>> Frame => _frame.Task;

    internal void Complete(ReadOnlyMemory<byte> frame)
    {
        Timer?.Cancel();
        _frame.SetResult(frame);
    }

    internal void Fail(string why)
    {
        Timer?.Cancel();
        _frame.SetException(new RequestLostException(why, WasSent));
    }
}
