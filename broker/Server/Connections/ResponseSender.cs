using System.Buffers.Binary;
using Deterministic.Kernel;
using Deterministic.Kernel.Memory;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Connections;

/// <summary>
/// Writes released responses to one connection: small ones share a buffer and a send, record batches in files go out as
/// file ranges. One send is under way at a time; what is released meanwhile goes with the next. Owned by its connection.
/// </summary>
internal sealed class ResponseSender(Connection connection, INetworkStream stream, Shard shard) : IEndOfRun
{
    private const int CorrelationBytes = 4;

    private readonly Queue<OutputPart> _parts = new();
    private readonly List<RecordGap> _gaps = [];
    private readonly Queue<(long EndBytes, ResponseTimes Times)> _sending = new();
    private long _queuedBytes;
    private long _sentBytes;
    private PooledBuffer? _chunk;
    private int _chunkStart;
    private int _chunkEnd;
    private bool _isSending;
    private bool _isClosed;

    /// <inheritdoc/>
    public bool IsScheduled { get; set; }

    /// <summary>Bytes in memory that the client has not taken yet.</summary>
    internal long PendingBytes { get; private set; }

    /// <summary>Whether there is nothing left to send.</summary>
    internal bool IsIdle => !_isSending && _parts.Count == 0 && _chunkEnd == _chunkStart;

    /// <summary>
    /// Appends a response to what is to be sent. True when it holds file ranges. Throws <see cref="UnwritableMessageException"/>,
    /// and has appended nothing, when the version cannot carry it.
    /// </summary>
    internal bool Encode<TResponse>(ref TResponse response, RequestExchange exchange)
        where TResponse : struct, IMessage
    {
        var context = exchange.Context;
        var isFlexible = context.Api.IsFlexible(context.Version);
        var headerBytes = CorrelationBytes + context.Api.ResponseHeaderVersion(context.Version);
        var sizer = new WireSizer(context.Version, isFlexible, exchange.Metrics.Errors);
        response.Walk(ref sizer);
        var frameBytes = headerBytes + sizer.SizeBytes + sizer.FileBytes;
        if (frameBytes > int.MaxValue || sizer.SizeBytes > ConnectionLimits.ResponseBytesMax)
        {
            throw new UnwritableMessageException(
                $"{frameBytes} bytes, {sizer.SizeBytes} of them in memory; {int.MaxValue} and {ConnectionLimits.ResponseBytesMax} are allowed");
        }

        var inMemory = FrameReader.PrefixBytes + headerBytes + sizer.SizeBytes;
        var start = _chunkEnd;
        var bytes = Reserve(inMemory, ref start);
        BinaryPrimitives.WriteInt32BigEndian(bytes, (int)frameBytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes[FrameReader.PrefixBytes..], context.CorrelationId);
        if (headerBytes > CorrelationBytes)
        {
            bytes[FrameReader.PrefixBytes + CorrelationBytes] = 0;
        }

        var bodyStart = FrameReader.PrefixBytes + headerBytes;
        var writer = new WireWriter(bytes[bodyStart..], context.Version, isFlexible, _gaps);
        response.Walk(ref writer);
        _queuedBytes += FrameReader.PrefixBytes + frameBytes;
        _sending.Enqueue((_queuedBytes, exchange.OnReleased(connection.ShardMetrics.NowMicros)));
        Check.That(bodyStart + writer.Position == inMemory, $"{context.Api.Key} v{context.Version} was sized {inMemory} and written {bodyStart + writer.Position}");
        if (_gaps.Count == 0)
        {
            return false;
        }

        CutAtGaps(start + bodyStart);
        return true;
    }

    /// <summary>The response written last finishes that exchange when its bytes are gone.</summary>
    internal void FinishAfterLast(RequestExchange exchange)
    {
        CloseRun();
        _parts.Enqueue(new OutputPart(null, 0, 0, default, exchange));
    }

    /// <summary>Starts sending at the end of the run.</summary>
    internal void Schedule()
    {
        if (!_isSending && !_isClosed)
        {
            shard.AtEndOfRun(this);
        }
    }

    /// <inheritdoc/>
    public void OnEndOfRun()
    {
        if (!_isSending && !_isClosed)
        {
            Conversation.Start(SendAllAsync(), shard);
        }
    }

    /// <summary>The stream is gone: drops what is left. What a send under way still uses is dropped when it returns.</summary>
    internal void Close()
    {
        _isClosed = true;
        if (!_isSending)
        {
            DropAll();
        }
    }

    private async Task SendAllAsync()
    {
        _isSending = true;
        try
        {
            while (!_isClosed && TryNext(out var part))
            {
                try
                {
                    await SendAsync(part);
                    OnSent(part.Count);
                }
                finally
                {
                    OnPartGone(part);
                }

                connection.OnProgress();
            }
        }
        catch (IOException e)
        {
            // The stream broke, or a segment could not be read: in both cases this response cannot be finished.
            _isSending = false;
            Mark.Hit("connection.broke-while-sending");
            connection.OnBroken(e.Message);
        }

        _isSending = false;
        if (_isClosed)
        {
            DropAll();
        }
        else
        {
            connection.OnSendIdle();
        }
    }

    /// <summary>The socket took so many bytes: answers that end among them are out.</summary>
    private void OnSent(int count)
    {
        connection.Metrics.BytesOut += count;
        _sentBytes += count;
        var nowMicros = connection.ShardMetrics.NowMicros;
        var nowMs = shard.MonotonicMs;
        while (_sending.TryPeek(out var head) && head.EndBytes <= _sentBytes)
        {
            _sending.Dequeue();
            head.Times.Metrics.ResponseSendTime.Record(nowMicros - head.Times.WrittenMicros, nowMs);
            head.Times.Metrics.TotalTime.Record(nowMicros - head.Times.ReceivedMicros, nowMs);
        }
    }

    private ValueTask SendAsync(in OutputPart part)
    {
        // A part that only finishes an exchange does not count as "more to come".
        var more = _parts.TryPeek(out var next) && (next.Count > 0 || _parts.Count > 1);
        if (part.Buffer is not null)
        {
            return stream.SendAsync(part.Buffer.Memory.Slice(part.Start, part.Count), more);
        }

        return part.Count > 0
            ? stream.SendFileAsync(part.Range.File, part.Range.Position, part.Range.SizeBytes, more)
            : ValueTask.CompletedTask;
    }

    private bool TryNext(out OutputPart part)
    {
        if (_parts.Count == 0)
        {
            CloseRun();
            ReleaseChunk();
        }

        return _parts.TryDequeue(out part);
    }

    private void OnPartGone(in OutputPart part)
    {
        if (part.Buffer is not null)
        {
            PendingBytes -= part.Count;
            part.Buffer.Release();
        }

        part.Finishes?.OnSent();
    }

    private void DropAll()
    {
        CloseRun();
        ReleaseChunk();
        while (_parts.TryDequeue(out var part))
        {
            OnPartGone(part);
        }
    }

    private Span<byte> Reserve(int count, ref int start)
    {
        if (_chunk is null || _chunk.Length - _chunkEnd < count)
        {
            CloseRun();
            ReleaseChunk();
            _chunk = shard.Buffers.Rent(Math.Max(count, ConnectionLimits.SendChunkBytes));
            _chunkStart = 0;
            _chunkEnd = 0;
            start = 0;
        }

        PendingBytes += count;
        _chunkEnd += count;
        return _chunk.Memory.Span.Slice(start, count);
    }

    /// <summary>Splits what was just written wherever record batches are to be sent from files.</summary>
    private void CutAtGaps(int bodyStart)
    {
        var end = _chunkEnd;
        foreach (var gap in _gaps)
        {
            _chunkEnd = bodyStart + gap.Position;
            CloseRun();
            foreach (var range in gap.Ranges.Span)
            {
                _parts.Enqueue(new OutputPart(null, 0, range.SizeBytes, range, null));
            }
        }

        _gaps.Clear();
        _chunkEnd = end;
    }

    /// <summary>What was written since the last part becomes a part.</summary>
    private void CloseRun()
    {
        if (_chunkEnd > _chunkStart)
        {
            _chunk!.AddReference();
            _parts.Enqueue(new OutputPart(_chunk, _chunkStart, _chunkEnd - _chunkStart, default, null));
            _chunkStart = _chunkEnd;
        }
    }

    private void ReleaseChunk()
    {
        _chunk?.Release();
        _chunk = null;
        _chunkStart = 0;
        _chunkEnd = 0;
    }
}
