using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 12, Heartbeat: Classic group liveness + rebalance signal (REBALANCE_IN_PROGRESS).</summary>
public struct HeartbeatRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.Heartbeat, First: 0, Last: 4, FlexibleSince: 4);

    public Text GroupId;
    public int GenerationId;
    public Text MemberId;
    public Text GroupInstanceId = Text.Null;

    /// <summary>All fields at their defaults.</summary>
    public HeartbeatRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref GroupId);
        wire.Int32(ref GenerationId);
        wire.String(ref MemberId);

        if (wire.Has(since: 3))
        {
            wire.String(ref GroupInstanceId, nullableSince: 3);
        }

        wire.Tags(ref this);
    }
}
