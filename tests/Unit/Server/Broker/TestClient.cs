using System.Buffers.Binary;
using Deterministic.Protocol.Stored.Headers;
using Deterministic.Protocol.Wire;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Broker;

/// <summary>A client that speaks the wire protocol, as far as tests need it.</summary>
public sealed class TestClient(TestBroker broker, MemoryConnection connection)
{
    private int _correlationId;

    public MemoryConnection Connection => connection;

    public bool IsClosed => connection.IsClosed;

    /// <summary>Sends a request; nothing runs yet.</summary>
    public int Send<TRequest>(short version, TRequest request)
        where TRequest : struct, IRequest
    {
        connection.Send(Frame(version, request, ++_correlationId));
        return _correlationId;
    }

    /// <summary>Sends a request and takes the answer, which must come without time passing.</summary>
    public TResponse Ask<TRequest, TResponse>(short version, TRequest request, long waitMs = 0)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage
    {
        var correlationId = Send(version, request);
        broker.Settle();
        if (waitMs > 0 && !HasResponse)
        {
            broker.Advance(waitMs);
        }

        return Take<TRequest, TResponse>(version, correlationId);
    }

    /// <summary>Whether a whole response is there.</summary>
    public bool HasResponse =>
        connection.Received.Count >= 4 && connection.Received.Count - 4 >= BinaryPrimitives.ReadInt32BigEndian(connection.Peek(4));

    /// <summary>The bytes of the next response, without the size prefix.</summary>
    public byte[] TakeFrame()
    {
        Assert.True(HasResponse, connection.IsClosed ? "the server closed: " + string.Join("; ", broker.Log.Lines.TakeLast(3)) : "there is no response");
        return connection.Take(BinaryPrimitives.ReadInt32BigEndian(connection.Take(4)));
    }

    public TResponse Take<TRequest, TResponse>(short version, int correlationId)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage
    {
        var response = Decode<TRequest, TResponse>(version, TakeFrame(), out var found);
        Assert.Equal(correlationId, found);
        return response;
    }

    public static TResponse Decode<TRequest, TResponse>(short version, byte[] frame, out int correlationId)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage
    {
        var headerVersion = TRequest.Api.ResponseHeaderVersion(version);
        var header = new ResponseHeader();
        var headerReader = new WireReader(frame, headerVersion, headerVersion >= 1);
        header.Walk(ref headerReader);
        correlationId = header.CorrelationId;
        var reader = new WireReader(frame.AsMemory(headerReader.Position), version, TRequest.Api.IsFlexible(version));
        var response = new TResponse();
        response.Walk(ref reader);
        Assert.Equal(0, reader.Remaining);
        return response;
    }

    public static byte[] Frame<TRequest>(short version, TRequest request, int correlationId, string clientId = "test")
        where TRequest : struct, IRequest
    {
        var header = new RequestHeader
        {
            RequestApiKey = (short)TRequest.Api.Key,
            RequestApiVersion = version,
            CorrelationId = correlationId,
            ClientId = clientId,
        };
        var headerVersion = TRequest.Api.RequestHeaderVersion(version);
        var isFlexible = TRequest.Api.IsFlexible(version);
        var headerSizer = new WireSizer(headerVersion, headerVersion >= 2);
        header.Walk(ref headerSizer);
        var sizer = new WireSizer(version, isFlexible);
        request.Walk(ref sizer);
        var bytes = new byte[4 + headerSizer.SizeBytes + sizer.SizeBytes];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        var headerWriter = new WireWriter(bytes.AsSpan(4), headerVersion, headerVersion >= 2);
        header.Walk(ref headerWriter);
        var writer = new WireWriter(bytes.AsSpan(4 + headerSizer.SizeBytes), version, isFlexible);
        request.Walk(ref writer);
        return bytes;
    }

    public void Close()
    {
        connection.EndSending();
        broker.Settle();
    }
}
