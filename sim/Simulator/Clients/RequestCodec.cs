using System.Buffers.Binary;
using Deterministic.Protocol;
using Deterministic.Protocol.Stored.Headers;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>Requests and responses as frames. Stateless.</summary>
internal static class RequestCodec
{
    internal const int SizeBytes = 4;

    /// <summary>The frame of a request.</summary>
    internal static byte[] Encode<TRequest>(ref TRequest request, short version, int correlationId, string clientId)
        where TRequest : struct, IRequest
    {
        var api = TRequest.Api;
        var header = new RequestHeader
        {
            RequestApiKey = (short)api.Key, RequestApiVersion = version, CorrelationId = correlationId, ClientId = clientId,
        };
        var headerVersion = api.RequestHeaderVersion(version);
        var headerIsFlexible = headerVersion >= RequestHeader.Info.FlexibleSince;
        var isFlexible = api.IsFlexible(version);
        var headerSizer = new WireSizer(headerVersion, headerIsFlexible);
        header.Walk(ref headerSizer);
        var sizer = new WireSizer(version, isFlexible);
        request.Walk(ref sizer);
        var bytes = new byte[SizeBytes + headerSizer.SizeBytes + sizer.SizeBytes];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - SizeBytes);
        var headerWriter = new WireWriter(bytes.AsSpan(SizeBytes), headerVersion, headerIsFlexible);
        header.Walk(ref headerWriter);
        var writer = new WireWriter(bytes.AsSpan(SizeBytes + headerSizer.SizeBytes), version, isFlexible);
        request.Walk(ref writer);
        return bytes;
    }

    /// <summary>The response in a frame, whose bytes it goes on using.</summary>
    internal static TResponse Decode<TResponse>(ApiInfo api, short version, ReadOnlyMemory<byte> frame)
        where TResponse : struct, IMessage
    {
        try
        {
            var headerVersion = api.ResponseHeaderVersion(version);
            var header = new ResponseHeader();
            var headerReader = new WireReader(frame, headerVersion, headerVersion >= ResponseHeader.Info.FlexibleSince);
            header.Walk(ref headerReader);
            var response = new TResponse();
            var reader = new WireReader(frame[headerReader.Position..], version, api.IsFlexible(version));
            response.Walk(ref reader);
            return reader.Remaining == 0
                ? response
                : throw new MalformedMessageException($"{reader.Remaining} bytes are left behind the response");
        }
        catch (MalformedMessageException e)
        {
            throw new ViolationException("well-formed-answers", $"a response to {api.Key} version {version} is malformed: {e.Message}");
        }
    }
}
