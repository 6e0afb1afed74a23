namespace Deterministic.Server.Configs;

/// <summary>What a config key belongs to.</summary>
public enum ConfigKind
{
    /// <summary>A node: its properties file, and for some keys the cluster's metadata.</summary>
    Broker,

    /// <summary>A node, but only by way of the cluster's metadata.</summary>
    BrokerDynamicOnly,

    /// <summary>A topic.</summary>
    Topic,

    /// <summary>A group.</summary>
    Group,

    /// <summary>A client metrics subscription.</summary>
    ClientMetrics,

    /// <summary>A quota of a user, a client id or both.</summary>
    QuotaUserClient,

    /// <summary>A quota of an address.</summary>
    QuotaIp,
}
