using System.Buffers.Binary;
using System.Net.Sockets;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored.Headers;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Client;

/// <summary>
/// One connection of the command line's client to one broker, versions agreed by ApiVersions. Requests may be sent before
/// earlier ones are answered; answers come in their order. Owned by the client that opened it.
/// </summary>
internal sealed class KafkaConnection : IDisposable
{
    /// <summary>A larger answer is taken for a sign that the other side does not speak Kafka's protocol.</summary>
    private const int ResponseBytesMax = 512 * 1024 * 1024;

    private const short ApiVersionsVersion = 3;
    private const int LengthBytes = 4;
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<ApiKey, (short First, short Last)> _versions = [];
    private readonly string _clientId;
    private int _correlationId;
    private Task _lastAnswer = Task.CompletedTask;

    private KafkaConnection(Socket socket, string address, string clientId)
    {
        _socket = socket;
        Address = address;
        _clientId = clientId;
    }

    /// <summary>Host and port of the broker.</summary>
    public string Address { get; }

    /// <summary>Opens a connection and asks what the broker speaks.</summary>
    /// <exception cref="KafkaClientException">Nobody answers there, or somebody who is no Kafka broker.</exception>
    public static async Task<KafkaConnection> OpenAsync(string host, int port, string clientId, CancellationToken cancellation)
    {
        var address = $"{host}:{port}";
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(s_connectTimeout);
        try
        {
            await socket.ConnectAsync(host, port, timeout.Token);
            var connection = new KafkaConnection(socket, address, clientId);
            await connection.AgreeAsync(timeout.Token);
            return connection;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            socket.Dispose();
            throw new KafkaClientException(
                $"No answer from {address}: {(e is SocketException ? e.Message : "timed out")}. Is the broker running? Start one with: deterministic start");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request in the highest version that both sides speak, at most <paramref name="versionMax"/>, and reads the answer.</summary>
    public async Task<TResponse> SendAsync<TRequest, TResponse>(
        TRequest request, CancellationToken cancellation, short versionMax = short.MaxValue)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage
    {
        var version = ChooseVersion(TRequest.Api, versionMax);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task previous;
        int correlationId;
        await _turn.WaitAsync(cancellation);
        try
        {
            var bytes = Encode(request, TRequest.Api, version);
            correlationId = _correlationId;
            await SendBytesAsync(bytes, cancellation);
            previous = _lastAnswer;
            _lastAnswer = answered.Task;
        }
        finally
        {
            _turn.Release();
        }

        try
        {
            await previous;
            return Decode<TResponse>(await ReceiveAnswerAsync(correlationId, cancellation), TRequest.Api, version);
        }
        finally
        {
            answered.SetResult();
        }
    }

    /// <summary>Sends a request that has no answer (acks=0).</summary>
    public async Task SendOneWayAsync<TRequest>(TRequest request, short versionMax, CancellationToken cancellation)
        where TRequest : struct, IRequest
    {
        var version = ChooseVersion(TRequest.Api, versionMax);
        await _turn.WaitAsync(cancellation);
        try
        {
            await SendBytesAsync(Encode(request, TRequest.Api, version), cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _turn.Dispose();
    }

    private async Task AgreeAsync(CancellationToken cancellation)
    {
        var api = ApiVersionsRequest.Api;
        var request = new ApiVersionsRequest { ClientSoftwareName = "deterministic", ClientSoftwareVersion = "1" };
        await SendBytesAsync(Encode(request, api, ApiVersionsVersion), cancellation);
        var bytes = await ReceiveAnswerAsync(_correlationId, cancellation);
        var isOld = BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(LengthBytes)) == (short)ErrorCode.UnsupportedVersion;
        var response = Decode<ApiVersionsResponse>(bytes, api, isOld ? (short)0 : ApiVersionsVersion);
        foreach (var entry in response.ApiKeys)
        {
            _versions[(ApiKey)entry.ApiKey] = (entry.MinVersion, entry.MaxVersion);
        }
    }

    private short ChooseVersion(ApiInfo api, short versionMax)
    {
        if (!_versions.TryGetValue(api.Key, out var range))
        {
            throw new KafkaClientException($"The broker at {Address} does not offer {api.Key}", ErrorCode.UnsupportedVersion);
        }

        var version = Math.Min(Math.Min(api.Last, versionMax), range.Last);
        return version >= Math.Max(api.First, range.First)
            ? version
            : throw new KafkaClientException(
                $"The broker at {Address} offers {api.Key} in versions {range.First} to {range.Last}; this program speaks {api.First} to {Math.Min(api.Last, versionMax)}",
                ErrorCode.UnsupportedVersion);
    }

    private byte[] Encode<TRequest>(TRequest request, ApiInfo api, short version)
        where TRequest : struct, IRequest
    {
        var header = new RequestHeader
        {
            RequestApiKey = (short)api.Key, RequestApiVersion = version, CorrelationId = ++_correlationId, ClientId = _clientId,
        };
        var headerVersion = api.RequestHeaderVersion(version);
        var headerIsFlexible = headerVersion >= RequestHeader.Info.FlexibleSince;
        var headerSizer = new WireSizer(headerVersion, headerIsFlexible);
        header.Walk(ref headerSizer);
        var sizer = new WireSizer(version, api.IsFlexible(version));
        request.Walk(ref sizer);
        var bytes = new byte[LengthBytes + headerSizer.SizeBytes + sizer.SizeBytes];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - LengthBytes);
        var headerWriter = new WireWriter(bytes.AsSpan(LengthBytes), headerVersion, headerIsFlexible);
        header.Walk(ref headerWriter);
        var writer = new WireWriter(bytes.AsSpan(LengthBytes + headerSizer.SizeBytes), version, api.IsFlexible(version));
        request.Walk(ref writer);
        return bytes;
    }

    private static TResponse Decode<TResponse>(byte[] bytes, ApiInfo api, short version)
        where TResponse : struct, IMessage
    {
        var headerVersion = api.ResponseHeaderVersion(version);
        var header = new ResponseHeader();
        var headerReader = new WireReader(bytes, headerVersion, headerVersion >= ResponseHeader.Info.FlexibleSince);
        header.Walk(ref headerReader);
        var response = new TResponse();
        var reader = new WireReader(bytes.AsMemory(headerReader.Position), version, api.IsFlexible(version));
        response.Walk(ref reader);
        return response;
    }

    private async Task<byte[]> ReceiveAnswerAsync(int correlationId, CancellationToken cancellation)
    {
        try
        {
            var length = new byte[LengthBytes];
            await ReceiveAsync(length, cancellation);
            var size = BinaryPrimitives.ReadInt32BigEndian(length);
            if (size is < LengthBytes or > ResponseBytesMax)
            {
                throw new KafkaClientException($"{Address} does not answer as a Kafka broker does (an answer of {size} bytes)");
            }

            var response = new byte[size];
            await ReceiveAsync(response, cancellation);
            var answered = BinaryPrimitives.ReadInt32BigEndian(response);
            return answered == correlationId
                ? response
                : throw new KafkaClientException($"{Address} answered request {answered} instead of {correlationId}");
        }
        catch (SocketException e)
        {
            throw new KafkaClientException($"The connection to {Address} broke: {e.Message}", ErrorCode.NetworkException);
        }
    }

    private async Task SendBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, cancellation)..];
            }
        }
        catch (SocketException e)
        {
            throw new KafkaClientException($"The connection to {Address} broke: {e.Message}", ErrorCode.NetworkException);
        }
    }

    private async Task ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (!buffer.IsEmpty)
        {
            var count = await _socket.ReceiveAsync(buffer, cancellation);
            if (count == 0)
            {
                throw new KafkaClientException($"{Address} closed the connection", ErrorCode.NetworkException);
            }

            buffer = buffer[count..];
        }
    }
}
