using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Server.Quotas;
using Deterministic.Server.Telemetry;

namespace Deterministic.Server.Connections;

/// <summary>
/// What a handler knows of a request besides its body. Owned by the home shard of the connection; lives until the
/// response is sent or dropped, and so do the bytes that the request's slices point to.
/// </summary>
public sealed class RequestContext(Shard shard, ApiInfo api, short version, int correlationId, string? clientId, string clientAddress, string listenerName)
{
    private Connection? _connection;

    /// <summary>The home shard.</summary>
    public Shard Shard { get; } = shard;

    /// <summary>The API that was asked.</summary>
    public ApiInfo Api { get; } = api;

    /// <summary>In this version.</summary>
    public short Version { get; private set; } = version;

    /// <summary>Repeated in the response.</summary>
    public int CorrelationId { get; private set; } = correlationId;

    /// <summary>What the client calls itself.</summary>
    public string? ClientId { get; private set; } = clientId;

    /// <summary>The address of the client, without port, as groups show it: <c>/127.0.0.1</c>.</summary>
    public string ClientAddress { get; private set; } = clientAddress;

    /// <summary>The listener that the connection came in by; metadata answers name the endpoints of that listener.</summary>
    public string ListenerName { get; private set; } = listenerName;

    /// <summary>True once the handler decided that there is no answer (Produce with acks=0).</summary>
    public bool IsUnanswered { get; private set; }

    /// <summary>Why the connection is to be closed after this request, or null.</summary>
    public string? CloseReason { get; private set; }

    /// <summary>How long the client must wait by what the handler decided itself.</summary>
    public int ThrottleMs { get; set; }

    /// <summary>Partitions per second that the client may create and delete, or null.</summary>
    public QuotaShare? MutationQuota { get; private set; }

    /// <summary>What the request took of the time of shards, when the client has a quota; in ticks of their clock.</summary>
    internal long ThreadTicks { get; set; }

    /// <summary>No response will be sent.</summary>
    public void LeaveUnanswered() => IsUnanswered = true;

    /// <summary>The connection is closed instead of answered; the reason is logged.</summary>
    public void Close(string reason)
    {
        CloseReason = reason;
        IsUnanswered = true;
    }

    /// <summary>Exchanges are pooled, and their contexts with them: this is the next request.</summary>
    internal void Begin(short version, int correlationId, Connection connection)
    {
        Version = version;
        CorrelationId = correlationId;
        ClientId = connection.ClientId;
        ClientAddress = connection.ClientAddress;
        ListenerName = connection.ListenerName;
        IsUnanswered = false;
        CloseReason = null;
        ThrottleMs = 0;
        ThreadTicks = 0;
        MutationQuota = connection.Quotas?.ControllerMutation;
        _connection = connection;
    }

    /// <summary>The client said what software it is (KIP-511).</summary>
    internal void OnSoftware(string name, string version)
    {
        if (_connection is { } connection)
        {
            (connection.SoftwareName, connection.SoftwareVersion) = (name, version);
        }
    }

    /// <summary>Who asks, for subscriptions to client metrics.</summary>
    internal TelemetryClient TelemetryClient()
    {
        var remote = _connection?.RemoteAddress ?? "";
        return new TelemetryClient(
            ClientId ?? "",
            _connection?.SoftwareName ?? Connection.UnknownSoftware,
            _connection?.SoftwareVersion ?? Connection.UnknownSoftware,
            ClientAddress.TrimStart('/'),
            remote[(remote.LastIndexOf(':') + 1)..]);
    }
}
