namespace Deterministic.Server.Configs;

/// <summary>How a key may change while the broker runs.</summary>
public enum ConfigUpdateMode
{
    /// <summary>Only by a restart.</summary>
    ReadOnly,

    /// <summary>For one broker.</summary>
    PerBroker,

    /// <summary>For one broker or for all.</summary>
    ClusterWide,

    /// <summary>With its topic, group or client.</summary>
    PerResource,
}
