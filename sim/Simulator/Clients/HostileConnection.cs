using System.Buffers.Binary;
using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// A connection that is misused: whatever is sent, what comes back must be answers to it, in its order, or the end. Owned by
/// its client process.
/// </summary>
internal sealed class HostileConnection(ClientProcess process, INetworkStream stream, HostileFrames frames, string what)
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>No answer to what a misuse can ask for is longer.</summary>
    private const int ResponseBytesMax = 16 * 1024 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly byte[] _head = new byte[RequestCodec.SizeBytes * 2];
    private int _headFilled;
    private int _skip;
    private int _next;

    /// <summary>The broker ended it, or it broke.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>Answers so far.</summary>
    internal int Answers { get; private set; }

    internal async Task SendAsync()
    {
        try
        {
            foreach (var frame in frames.Frames)
            {
                await stream.SendAsync(frame);
            }
        }
        catch (NetworkException)
        {
            IsOver = true;
        }
    }

    internal async Task ReceiveAsync()
    {
        try
        {
            while (!IsOver)
            {
                var count = await stream.ReceiveAsync(_buffer);
                IsOver |= count == 0;
                Take(_buffer.AsSpan(0, count));
            }
        }
        catch (NetworkException)
        {
            IsOver = true;
        }
    }

    internal void HangUp()
    {
        IsOver = true;
        stream.Dispose();
    }

    /// <summary>Looks at the head of each response and goes over the rest.</summary>
    private void Take(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_skip > 0)
            {
                var skipped = Math.Min(_skip, bytes.Length);
                _skip -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            var taken = Math.Min(_head.Length - _headFilled, bytes.Length);
            bytes[..taken].CopyTo(_head.AsSpan(_headFilled));
            _headFilled += taken;
            bytes = bytes[taken..];
            if (_headFilled == _head.Length)
            {
                _headFilled = 0;
                OnAnswer(BinaryPrimitives.ReadInt32BigEndian(_head), BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(RequestCodec.SizeBytes)));
            }
        }
    }

    private void OnAnswer(int size, int correlationId)
    {
        if (size is < RequestCodec.SizeBytes or > ResponseBytesMax)
        {
            throw new ViolationException("well-formed-answers", $"{process.Plan.Name} gets a response of {size} bytes to {what}");
        }

        _skip = size - RequestCodec.SizeBytes;
        Answers++;
        if (frames.MustBeRefused)
        {
            throw new ViolationException("refused", $"{process.Plan.Name} gets an answer to {what}, which is none of a request that can be served");
        }

        // A request without acks has no answer: go on to the one that this may be the answer to.
        while (frames.AreFramed && (_next >= frames.Frames.Count || BinaryPrimitives.ReadInt32BigEndian(frames.Frames[_next].AsSpan(RequestCodec.SizeBytes * 2)) != correlationId))
        {
            if (_next++ >= frames.Frames.Count)
            {
                throw new ViolationException("answers-in-order", $"{process.Plan.Name} gets an answer to request {correlationId}, which is not the next of {what}");
            }
        }

        _next++;
    }
}
