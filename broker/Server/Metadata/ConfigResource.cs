namespace Deterministic.Server.Metadata;

/// <summary>What a dynamic configuration belongs to: a kind (<see cref="Topic"/> and so on) and a name; the empty broker name is the cluster-wide default.</summary>
public readonly record struct ConfigResource(sbyte Type, string Name) : IComparable<ConfigResource>
{
    /// <summary>The kind of a topic.</summary>
    public const sbyte Topic = 2;

    /// <summary>The kind of a broker, by node id.</summary>
    public const sbyte Broker = 4;

    /// <summary>The kind of a broker's loggers.</summary>
    public const sbyte BrokerLogger = 8;

    /// <summary>The kind of a client metrics subscription.</summary>
    public const sbyte ClientMetrics = 16;

    /// <summary>The kind of a group.</summary>
    public const sbyte Group = 32;

    /// <summary>The configuration of every broker that says nothing of its own.</summary>
    public static readonly ConfigResource DefaultBroker = new(Broker, "");

    /// <summary>The configuration of a topic.</summary>
    public static ConfigResource OfTopic(string name) => new(Topic, name);

    /// <summary>The configuration of one broker.</summary>
    public static ConfigResource OfBroker(int nodeId) => new(Broker, nodeId.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public int CompareTo(ConfigResource other) =>
        Type != other.Type ? Type.CompareTo(other.Type) : string.CompareOrdinal(Name, other.Name);

    /// <summary>By kind, then by name.</summary>
    public static bool operator <(ConfigResource left, ConfigResource right) => left.CompareTo(right) < 0;

    /// <summary>By kind, then by name.</summary>
    public static bool operator >(ConfigResource left, ConfigResource right) => left.CompareTo(right) > 0;

    /// <summary>By kind, then by name.</summary>
    public static bool operator <=(ConfigResource left, ConfigResource right) => left.CompareTo(right) <= 0;

    /// <summary>By kind, then by name.</summary>
    public static bool operator >=(ConfigResource left, ConfigResource right) => left.CompareTo(right) >= 0;
}
