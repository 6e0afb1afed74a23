namespace Deterministic.Server.Quotas;

/// <summary>What a quota limits. The values order sensors and are stored nowhere.</summary>
public enum QuotaKind
{
    /// <summary>Bytes per second of produce requests.</summary>
    Produce,

    /// <summary>Bytes per second of records that are fetched.</summary>
    Fetch,

    /// <summary>Percent of a shard's time that requests take.</summary>
    Request,

    /// <summary>Partitions per second that are created and deleted.</summary>
    ControllerMutation,

    /// <summary>Connections per second from one address.</summary>
    Connection,
}
