using System.Diagnostics.CodeAnalysis;
using System.Text;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored.Headers;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Connections;

/// <summary>
/// Reads the header of each frame of one connection, passes it through the version gate and starts the request. Owned by
/// its connection.
/// <para>Only ApiVersions answers a version that it does not have, in v0 form, so that any client can go on (KIP-511);
/// for every other API the connection is closed, as Kafka does.</para>
/// </summary>
internal sealed class RequestReader(Connection connection, RequestRouter router)
{
    private const int FixedHeaderBytes = 8;

    private byte[] _lastClientId = [];

    /// <summary>Takes over the frame. False, with the reason, when the connection must be closed.</summary>
    internal bool TryStart(in RequestFrame frame, [NotNullWhen(false)] out string? refusal)
    {
        if (frame.Bytes.Length < FixedHeaderBytes)
        {
            frame.Buffer.Release();
            Mark.Hit("request.shorter-than-its-header");
            refusal = $"a frame of {frame.Bytes.Length} bytes is shorter than a request header";
            return false;
        }

        refusal = Start(frame);
        return refusal is null;
    }

    private string? Start(in RequestFrame frame)
    {
        var fixedPart = new WireReader(frame.Bytes, 0, isFlexible: false);
        short key = 0;
        short version = 0;
        var correlationId = 0;
        fixedPart.Int16(ref key);
        fixedPart.Int16(ref version);
        fixedPart.Int32(ref correlationId);
        if (router.Find(key) is not { } route)
        {
            frame.Buffer.Release();
            Mark.Hit("request.api-unknown");
            return $"API key {key} is not served here";
        }

        if (version >= route.Api.First && version <= route.Api.Last)
        {
            return StartKnown(frame, route, version, correlationId);
        }

        if (route.Api.Key == ApiKey.ApiVersions)
        {
            Mark.Hit("request.api-versions-unknown");
            AnswerUnknownApiVersions(frame, route, correlationId);
            return null;
        }

        frame.Buffer.Release();
        Mark.Hit("request.version-unknown");
        return $"{route.Api.Key} v{version} is not served; versions {route.Api.First} to {route.Api.Last} are";
    }

    [SuppressMessage("Design", "CA1031", Justification = "The exception becomes the answer and a line in the log.")]
    private string? StartKnown(in RequestFrame frame, RequestRoute route, short version, int correlationId)
    {
        int bodyStart;
        try
        {
            bodyStart = ReadHeader(frame.Bytes, route.Api.RequestHeaderVersion(version));
        }
        catch (MalformedMessageException e)
        {
            frame.Buffer.Release();
            Mark.Hit("request.header-malformed");
            return $"the header of {route.Api.Key} v{version}: {e.Message}";
        }

        var exchange = route.Rent();
        exchange.Begin(connection, frame, version, correlationId);
        connection.Enqueue(exchange);
        try
        {
            exchange.BeginStarting();
            exchange.Start(frame.Bytes[bodyStart..]);
            exchange.OnHandlerReturned();
            connection.Starting?.EndStarting();
        }
        catch (MalformedMessageException e)
        {
            Mark.Hit("request.body-malformed");
            exchange.Context.LeaveUnanswered();
            exchange.Complete();
            return $"{route.Api.Key} v{version}: {e.Message}";
        }
        catch (Exception e) when (e is not InvariantException)
        {
            Mark.Hit("request.handler-failed");
            exchange.Fail(e);
        }

        return null;
    }

    private int ReadHeader(ReadOnlyMemory<byte> bytes, short headerVersion)
    {
        var reader = new WireReader(bytes, headerVersion, headerVersion >= RequestHeader.Info.FlexibleSince);
        var header = new RequestHeader();
        header.Walk(ref reader);
        if (header.ClientId.IsNull)
        {
            connection.ClientId = null;
        }
        else if (connection.ClientId is null || !header.ClientId.Utf8.Span.SequenceEqual(_lastClientId))
        {
            // Clients repeat their id with every request; the string is made once.
            _lastClientId = header.ClientId.Utf8.ToArray();
            connection.ClientId = Encoding.UTF8.GetString(_lastClientId);
        }

        return reader.Position;
    }

    private void AnswerUnknownApiVersions(in RequestFrame frame, RequestRoute route, int correlationId)
    {
        var exchange = (RequestExchange<ApiVersionsRequest, ApiVersionsResponse>)route.Rent();
        exchange.Begin(connection, frame, 0, correlationId);
        connection.Enqueue(exchange);
        exchange.Response = ErrorResponses.UnsupportedApiVersions();
        exchange.Complete();
    }
}
