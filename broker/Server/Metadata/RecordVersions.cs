using Deterministic.Protocol.Stored.Metadata;

namespace Deterministic.Server.Metadata;

/// <summary>The versions in which records are written at the metadata.version of a new 4.3 cluster, as Apache Kafka 4.3 writes them. Records not named here: version 0.</summary>
internal static class RecordVersions
{
    /// <summary>Of <see cref="RegisterBrokerRecord"/>.</summary>
    internal const short RegisterBroker = 4;

    /// <summary>Of <see cref="PartitionRecord"/>: directories and ELR.</summary>
    internal const short Partition = 2;

    /// <summary>Of <see cref="PartitionChangeRecord"/>: directories and ELR.</summary>
    internal const short PartitionChange = 2;

    /// <summary>Of <see cref="BrokerRegistrationChangeRecord"/> that only fences or unfences.</summary>
    internal const short BrokerFencing = 0;

    /// <summary>Of <see cref="BrokerRegistrationChangeRecord"/> that says which log directories are online.</summary>
    internal const short BrokerDirectories = 2;

    /// <summary>Of <see cref="BrokerRegistrationChangeRecord"/> that says which log directories take no new partitions.</summary>
    internal const short BrokerCordon = 3;

    /// <summary>Of <see cref="BrokerRegistrationChangeRecord"/> that begins a controlled shutdown.</summary>
    internal const short BrokerControlledShutdown = 1;
}
