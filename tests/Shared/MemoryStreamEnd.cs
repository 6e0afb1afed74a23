using System.Threading.Tasks.Sources;
using Deterministic.Kernel.Ports;

namespace Deterministic.Tests.Shared;

/// <summary>The server's end of a <see cref="MemoryConnection"/>. Allocates nothing for a receive or send that must not wait.</summary>
internal sealed class MemoryStreamEnd(MemoryConnection client) : INetworkStream, IValueTaskSource<int>
{
    private readonly List<byte> _arrived = [];
    private ManualResetValueTaskSourceCore<int> _receive;
    private Memory<byte> _receiveInto;
    private bool _isReceiving;
    private bool _isEnded;
    private TaskCompletionSource? _sending;
    private byte[] _unsent = [];
    private NetworkException? _failure;

    public string RemoteAddress => client.Address;

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (_failure is not null)
        {
            return ValueTask.FromException<int>(_failure);
        }

        if (_arrived.Count > 0 || _isEnded)
        {
            return new ValueTask<int>(MoveTo(buffer));
        }

        _receive.Reset();
        _receiveInto = buffer;
        _isReceiving = true;
        return new ValueTask<int>(this, _receive.Version);
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, bool more = false)
    {
        client.SendCalls++;
        return Push(bytes.Span);
    }

    public ValueTask SendFileAsync(IFile file, long position, int count, bool more = false)
    {
        client.FileSendCalls++;
        var bytes = new byte[count];
        return file.Read(position, bytes) == count
            ? Push(bytes)
            : ValueTask.FromException(new NetworkException($"{file.Path} ends before {position + count}"));
    }

    public void Dispose() => Fail(new NetworkException("the stream was closed here"));

    int IValueTaskSource<int>.GetResult(short token) => _receive.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _receive.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _receive.OnCompleted(continuation, state, token, flags);

    internal void Arrive(ReadOnlySpan<byte> bytes)
    {
        _arrived.AddRange(bytes);
        MaybeCompleteReceive();
    }

    internal void End()
    {
        _isEnded = true;
        MaybeCompleteReceive();
    }

    internal void Break() => Fail(new NetworkException($"{client.Address}: connection reset by peer"));

    internal void OnRoom()
    {
        if (_unsent.Length == 0)
        {
            return;
        }

        var room = (int)Math.Min(_unsent.Length, Math.Max(0, (long)client.WindowBytes - client.Received.Count));
        client.Deliver(_unsent.AsSpan(0, room));
        _unsent = _unsent[room..];
        if (_sending is { } sending && _unsent.Length == 0)
        {
            _sending = null;
            sending.SetResult();
        }
    }

    private ValueTask Push(ReadOnlySpan<byte> bytes)
    {
        if (_failure is not null)
        {
            return ValueTask.FromException(_failure);
        }

        var fitting = (int)Math.Min(bytes.Length, Math.Max(0, (long)client.WindowBytes - client.Received.Count));
        client.Deliver(bytes[..fitting]);
        if (fitting == bytes.Length)
        {
            return ValueTask.CompletedTask;
        }

        _unsent = bytes[fitting..].ToArray();
        _sending = new TaskCompletionSource();
        return new ValueTask(_sending.Task);
    }

    private void MaybeCompleteReceive()
    {
        if (_isReceiving)
        {
            _isReceiving = false;
            _receive.SetResult(MoveTo(_receiveInto));
        }
    }

    private int MoveTo(Memory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _arrived.Count);
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_arrived)[..count].CopyTo(buffer.Span);
        _arrived.RemoveRange(0, count);
        return count;
    }

    private void Fail(NetworkException failure)
    {
        if (_failure is not null)
        {
            return;
        }

        _failure = failure;
        client.OnServerClosed();
        var sending = _sending;
        _sending = null;
        sending?.SetException(failure);
        if (_isReceiving)
        {
            _isReceiving = false;
            _receive.SetException(failure);
        }
    }
}
