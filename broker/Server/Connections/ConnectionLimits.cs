namespace Deterministic.Server.Connections;

/// <summary>What one connection may cost. Immutable; the first four come from the configuration of the broker.</summary>
public sealed record ConnectionLimits
{
    /// <summary>Bytes of a receive buffer at first: what a connection holds that waits for the answer to a small request.</summary>
    public const int ReceiveBytesMin = 4 * 1024;

    /// <summary>Bytes of a receive buffer once a smaller one was filled by one receive.</summary>
    public const int ReceiveBytesMax = 32 * 1024;

    /// <summary>Free bytes below which a receive buffer is replaced.</summary>
    public const int ReceiveRoomBytesMin = 1024;

    /// <summary>What the length of a frame is believed without proof; beyond it memory grows with the bytes that arrive.</summary>
    public const int FirstChunkBytes = 256 * 1024;

    /// <summary>How many times what has arrived a growing frame may rent.</summary>
    public const int GrowthFactor = 4;

    /// <summary>Bytes of a buffer in which responses are gathered.</summary>
    public const int SendChunkBytes = 16 * 1024;

    /// <summary>The longest response, record batches in files not counted; a client that asks for more is closed.</summary>
    public const int ResponseBytesMax = 512 * 1024 * 1024;

    /// <summary>Idle exchanges kept for re-use, per API and shard.</summary>
    public const int IdleExchangesMax = 256;

    /// <summary>How often a shard looks for idle and stalled connections, at most.</summary>
    public const int IdleCheckMsMax = 30_000;

    /// <summary><c>socket.request.max.bytes</c>: the longest frame that is received.</summary>
    public int RequestBytesMax { get; init; } = 100 * 1024 * 1024;

    /// <summary><c>connections.max.idle.ms</c>: a connection on which nothing moves for so long is closed, whoever it is waiting for. Below 1: never.</summary>
    public long IdleMsMax { get; init; } = 600_000;

    /// <summary><c>max.connections</c>: of the broker.</summary>
    public int ConnectionsMax { get; init; } = int.MaxValue;

    /// <summary><c>max.connections.per.ip</c>.</summary>
    public int ConnectionsPerAddressMax { get; init; } = int.MaxValue;

    /// <summary>Requests of one connection that are under way; then it is not read until one is answered.</summary>
    public int RequestsInFlightMax { get; init; } = 64;

    /// <summary>Bytes of requests of one connection that are under way; then it is not read either. One request is always taken.</summary>
    public int RequestBytesInFlightMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of responses in memory that one connection has not taken; then it is not read until it takes some.</summary>
    public int PendingResponseBytesMax { get; init; } = 1024 * 1024;

    /// <summary>How long requests under way may still be answered after the other side stopped sending, or the broker stops.</summary>
    public long DrainMsMax { get; init; } = 5_000;
}
