using System.Buffers.Binary;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// One connection of a client to a broker: requests may overtake no one, answers come in their order, and a request that
/// waits too long ends it. Owned by its client process.
/// </summary>
internal sealed class BrokerConnection
{
    private const int FirstBufferBytes = 8 * 1024;
    private const int ResponseBytesMax = 128 * 1024 * 1024;

    private readonly ClientProcess _process;
    private readonly INetworkStream _stream;
    private readonly Queue<PendingAnswer> _pending = new();
    private readonly Queue<(byte[] Frame, PendingAnswer? Answer)> _unsent = new();
    private readonly Dictionary<short, (short First, short Last)> _ranges = [];
    private byte[] _buffer = new byte[FirstBufferBytes];
    private int _filled;
    private int _correlationId;
    private bool _isSending;

    private readonly ThrottleObserver _throttles;

    private BrokerConnection(ClientProcess process, INetworkStream stream, BrokerAddress address)
    {
        _process = process;
        _stream = stream;
        Address = address;
        _throttles = new ThrottleObserver(process);
    }

    internal BrokerAddress Address { get; }

    internal bool IsClosed { get; private set; }

    /// <summary>Connects and asks what the broker speaks.</summary>
    /// <exception cref="RequestLostException">Nobody answered in time.</exception>
    internal static async Task<BrokerConnection> OpenAsync(ClientProcess process, BrokerAddress address)
    {
        var connection = new BrokerConnection(process, await ConnectAsync(process, address), address);
        process.Run(connection.ReceiveAsync);
        await connection.AgreeAsync();
        return connection;
    }

    /// <summary>A stream to a broker on which nothing has been said.</summary>
    /// <exception cref="RequestLostException">There was none in time.</exception>
    internal static async Task<INetworkStream> ConnectAsync(ClientProcess process, BrokerAddress address)
    {
        var connected = new TaskCompletionSource<INetworkStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        var timer = process.Shard.Timers.Schedule(
            process.Shard.MonotonicMs + process.Plan.RequestTimeoutMs,
            _ => connected.TrySetException(new RequestLostException($"no connection to {address} in time", mayHaveActed: false)),
            null);
        process.Run(() => ConnectAsync(process, address, connected));
        var stream = await connected.Task;
        timer.Cancel();
        return stream;
    }

    /// <summary>Whether the broker serves that version.</summary>
    internal bool Serves(ApiKey api, short version) =>
        _ranges.TryGetValue((short)api, out var range) && version >= range.First && version <= range.Last;

    /// <summary>The version to speak of an API: the newest that both sides know, at most <paramref name="max"/>.</summary>
    internal short VersionOf(ApiInfo api, short max = short.MaxValue)
    {
        var last = Math.Min(Math.Min(api.Last, max), _process.VersionMaxOf(api));
        if (!_ranges.TryGetValue((short)api.Key, out var range) || range.First > last)
        {
            throw new ViolationException("versions", $"{Address} offers {api.Key} in {range.First} to {range.Last}; {last} was to be spoken");
        }

        return Math.Min(last, range.Last);
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    internal async Task<TResponse> AskAsync<TRequest, TResponse>(TRequest request, short version, int timeoutMs)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage
    {
        var answer = new PendingAnswer(++_correlationId);
        var askedMs = _process.Shard.MonotonicMs;
        var frame = RequestCodec.Encode(ref request, version, answer.CorrelationId, _process.Plan.Name);
        Enqueue(frame, answer, timeoutMs);
        var response = RequestCodec.Decode<TResponse>(TRequest.Api, version, await answer.Frame);
        _throttles.OnAnswered(ref response, version, askedMs, frame.Length - RequestCodec.SizeBytes);
        return response;
    }

    /// <summary>Sends a request in the version that both sides agree on and waits for its answer.</summary>
    internal Task<TResponse> AskAsync<TRequest, TResponse>(TRequest request, int timeoutMs = 0, short versionMax = short.MaxValue)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage =>
        AskAsync<TRequest, TResponse>(
            request, VersionOf(TRequest.Api, versionMax), timeoutMs > 0 ? timeoutMs : _process.Plan.RequestTimeoutMs);

    /// <summary>Sends a request that has no answer.</summary>
    internal void Tell<TRequest>(TRequest request, short version)
        where TRequest : struct, IRequest =>
        Enqueue(RequestCodec.Encode(ref request, version, ++_correlationId, _process.Plan.Name), null, 0);

    /// <summary>Closes; whoever waits for an answer is told why there will be none.</summary>
    internal void Close(string why)
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        _stream.Dispose();
        _unsent.Clear();
        foreach (var answer in _pending)
        {
            answer.Fail(why);
        }

        _pending.Clear();
    }

    private static async Task ConnectAsync(ClientProcess process, BrokerAddress address, TaskCompletionSource<INetworkStream> connected)
    {
        try
        {
            var stream = await process.Shard.Network.ConnectAsync(address.Host, address.Port);
            if (!connected.TrySetResult(stream))
            {
                stream.Dispose();
            }
        }
        catch (NetworkException e)
        {
            connected.TrySetException(new RequestLostException(e.Message, mayHaveActed: false));
        }
    }

    private async Task AgreeAsync()
    {
        var version = _process.Plan.ApiVersionsVersion;
        var (error, response) = await AskForVersionsAsync(version);
        var isKnown = version <= ApiVersionsRequest.Api.Last;
        if (error != (isKnown ? ErrorCode.None : ErrorCode.UnsupportedVersion))
        {
            throw new ViolationException("versions", $"{Address} answers {error} to ApiVersions version {version}");
        }

        Take(response);
        if (error == ErrorCode.UnsupportedVersion)
        {
            (_, response) = await AskForVersionsAsync(VersionOf(ApiVersionsRequest.Api));
            Take(response);
        }
    }

    /// <summary>A version that the broker does not know is answered in version 0.</summary>
    private async Task<(ErrorCode Error, ApiVersionsResponse Response)> AskForVersionsAsync(short version)
    {
        var request = new ApiVersionsRequest { ClientSoftwareName = "simulated", ClientSoftwareVersion = "1" };
        var answer = new PendingAnswer(++_correlationId);
        Enqueue(RequestCodec.Encode(ref request, version, answer.CorrelationId, _process.Plan.Name), answer, _process.Plan.RequestTimeoutMs);
        var frame = await answer.Frame;
        var error = (ErrorCode)BinaryPrimitives.ReadInt16BigEndian(frame.Span[RequestCodec.SizeBytes..]);
        return (error, RequestCodec.Decode<ApiVersionsResponse>(ApiVersionsRequest.Api, error == ErrorCode.UnsupportedVersion ? (short)0 : version, frame));
    }

    private void Take(in ApiVersionsResponse response)
    {
        foreach (var entry in response.ApiKeys)
        {
            _ranges[entry.ApiKey] = (entry.MinVersion, entry.MaxVersion);
        }
    }

    private void Enqueue(byte[] frame, PendingAnswer? answer, int timeoutMs)
    {
        if (IsClosed)
        {
            throw new RequestLostException($"the connection to {Address} is closed", mayHaveActed: false);
        }

        if (answer is not null)
        {
            answer.Timer = _process.Shard.Timers.Schedule(
                _process.Shard.MonotonicMs + timeoutMs, _ => Close($"no answer from {Address} within {timeoutMs} ms"), null);
            _pending.Enqueue(answer);
        }

        _unsent.Enqueue((frame, answer));
        if (!_isSending)
        {
            _isSending = true;
            _process.Run(SendAsync);
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (_unsent.TryDequeue(out var item))
            {
                if (item.Answer is { } answer)
                {
                    answer.WasSent = true;
                }

                await _stream.SendAsync(item.Frame);
            }
        }
        catch (NetworkException e)
        {
            Close(e.Message);
        }
        finally
        {
            _isSending = false;
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (!IsClosed)
            {
                var count = await _stream.ReceiveAsync(_buffer.AsMemory(_filled));
                if (count == 0)
                {
                    Close($"{Address} closed the connection");
                    return;
                }

                _filled += count;
                TakeFrames();
            }
        }
        catch (NetworkException e)
        {
            Close(e.Message);
        }
    }

    private void TakeFrames()
    {
        var position = 0;
        while (!IsClosed && _filled - position >= RequestCodec.SizeBytes)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(position));
            if (size is < RequestCodec.SizeBytes or > ResponseBytesMax)
            {
                throw new ViolationException("well-formed-answers", $"{Address} sends a response of {size} bytes");
            }

            if (_filled - position - RequestCodec.SizeBytes < size)
            {
                if (_buffer.Length < RequestCodec.SizeBytes + size)
                {
                    Array.Resize(ref _buffer, Math.Max(RequestCodec.SizeBytes + size, _buffer.Length * 2));
                }

                break;
            }

            Answer(_buffer.AsSpan(position + RequestCodec.SizeBytes, size).ToArray());
            position += RequestCodec.SizeBytes + size;
        }

        _buffer.AsSpan(position, _filled - position).CopyTo(_buffer);
        _filled -= position;
    }

    private void Answer(byte[] frame)
    {
        var correlationId = BinaryPrimitives.ReadInt32BigEndian(frame);
        if (!_pending.TryDequeue(out var answer) || answer.CorrelationId != correlationId)
        {
            throw new ViolationException(
                "answers-in-order", $"{Address} answers request {correlationId} when the next to be answered is {answer?.CorrelationId.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}");
        }

        answer.Complete(frame);
    }
}
