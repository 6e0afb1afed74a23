using System.Collections.Immutable;
using System.Globalization;
using Deterministic.Host.Dump;
using Deterministic.Server.Metadata;

namespace Deterministic.Host.Shell;

/// <summary>A metadata image as the tree of directories and files that kafka-metadata-shell shows. Stateless.</summary>
internal static class MetadataTree
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z[UTC]'";
    private static readonly string[] s_scramMechanisms = ["UNKNOWN", "SCRAM-SHA-256", "SCRAM-SHA-512"];

    /// <summary>The root: what the metadata says under <c>image</c>, this program under <c>local</c>.</summary>
    internal static MetadataNode Of(MetadataImage image)
    {
        var root = MetadataNode.Directory();
        var tree = root.Folder("image");
        AddTopics(tree.Folder("topics"), image);
        AddCluster(tree.Folder("cluster"), image);
        AddConfigs(tree.Folder("configs"), image);
        AddFeatures(tree.Folder("features"), image);
        AddSecurity(tree, image);
        AddQuotas(tree.Folder("clientQuotas"), image);
        tree.Folder("producerIds").File("nextProducerId", image.NextProducerId.ToString(CultureInfo.InvariantCulture));
        var time = DateTimeOffset.FromUnixTimeMilliseconds(image.TimestampMs).ToString(TimeFormat, CultureInfo.InvariantCulture);
        tree.File("provenance", $"offset {image.Offset}, epoch {image.Epoch}, time {time}");
        root.Folder("local").File("version", typeof(MetadataTree).Assembly.GetName().Version?.ToString() ?? "unknown");
        return root;
    }

    private static void AddTopics(MetadataNode topics, MetadataImage image)
    {
        var (byId, byName) = (topics.Folder("byId"), topics.Folder("byName"));
        foreach (var (_, topic) in image.TopicsByName)
        {
            foreach (var folder in (MetadataNode[])[byId.Folder(topic.Id.ToString()), byName.Folder(topic.Name)])
            {
                folder.File("name", topic.Name);
                folder.File("id", topic.Id.ToString());
                foreach (var partition in topic.Partitions)
                {
                    folder.File(partition.PartitionId.ToString(CultureInfo.InvariantCulture), Partition(partition));
                }
            }
        }
    }

    private static string Partition(PartitionImage partition) =>
        $"PartitionRegistration(replicas={List(partition.Replicas)}, directories={List(partition.Directories)}, isr={List(partition.Isr)}, "
        + $"removingReplicas={List(partition.RemovingReplicas)}, addingReplicas={List(partition.AddingReplicas)}, "
        + $"elr={List(partition.EligibleLeaderReplicas)}, lastKnownElr={List(partition.LastKnownElr)}, leader={partition.Leader}, "
        + $"leaderRecoveryState={(partition.LeaderRecoveryState == 0 ? "RECOVERED" : "RECOVERING")}, leaderEpoch={partition.LeaderEpoch}, "
        + $"partitionEpoch={partition.PartitionEpoch})";

    private static void AddCluster(MetadataNode cluster, MetadataImage image)
    {
        var (brokers, controllers) = (cluster.Folder("brokers"), cluster.Folder("controllers"));
        foreach (var (id, broker) in image.Brokers)
        {
            brokers.File(
                id.ToString(CultureInfo.InvariantCulture),
                $"BrokerRegistration(id={id}, epoch={broker.BrokerEpoch}, incarnationId={broker.IncarnationId}, listeners={Endpoints(broker.Endpoints)}, "
                + $"supportedFeatures={Features(broker.Features)}, rack={(broker.Rack is null ? "Optional.empty" : $"Optional[{broker.Rack}]")}, "
                + $"fenced={Lower(broker.IsFenced)}, inControlledShutdown={Lower(broker.IsInControlledShutdown)}, "
                + $"isMigratingZkBroker={Lower(broker.IsMigratingZkBroker)}, directories={List(broker.LogDirs)})");
        }

        foreach (var (id, controller) in image.Controllers)
        {
            controllers.File(
                id.ToString(CultureInfo.InvariantCulture),
                $"ControllerRegistration(id={id}, incarnationId={controller.IncarnationId}, zkMigrationReady={Lower(controller.IsZkMigrationReady)}, "
                + $"listeners={Endpoints(controller.Endpoints)}, supportedFeatures={Features(controller.Features)})");
        }
    }

    private static void AddConfigs(MetadataNode configs, MetadataImage image)
    {
        foreach (var (resource, values) in image.Configs)
        {
            var type = resource.Type switch
            {
                ConfigResource.Topic => "TOPIC",
                ConfigResource.Broker => "BROKER",
                ConfigResource.BrokerLogger => "BROKER_LOGGER",
                ConfigResource.ClientMetrics => "CLIENT_METRICS",
                ConfigResource.Group => "GROUP",
                _ => "UNKNOWN",
            };
            var folder = configs.Folder(resource.Name.Length == 0 ? type : $"{type}:{resource.Name}");
            foreach (var (key, value) in values)
            {
                folder.File(key, value);
            }
        }
    }

    private static void AddFeatures(MetadataNode features, MetadataImage image)
    {
        foreach (var (name, level) in image.Features)
        {
            features.File(name == FeatureNames.MetadataVersion ? "metadataVersion" : $"finalized_{name}", level.ToString(CultureInfo.InvariantCulture));
        }
    }

    // Secrets stay out: salts, keys and the HMAC of a token are not shown.
    private static void AddSecurity(MetadataNode tree, MetadataImage image)
    {
        var acls = tree.Folder("acls").Folder("byId");
        foreach (var (id, acl) in image.Acls)
        {
            var record = acl;
            acls.File(id.ToString(), WireText.Of(ref record, version: 0));
        }

        var scram = tree.Folder("scram");
        foreach (var mechanism in s_scramMechanisms.Skip(1))
        {
            scram.Folder(mechanism);
        }

        foreach (var (key, credential) in image.ScramCredentials)
        {
            scram.Folder(s_scramMechanisms[Math.Clamp((int)key.Mechanism, 0, s_scramMechanisms.Length - 1)]).File(key.User, $"iterations={credential.Iterations}");
        }

        var tokens = tree.Folder("delegationToken");
        foreach (var (id, token) in image.DelegationTokens)
        {
            tokens.File(id, $"owner={token.Owner}, requester={token.Requester}, issueTimestamp={token.IssueTimestamp}, maxTimestamp={token.MaxTimestamp}, expirationTimestamp={token.ExpirationTimestamp}");
        }
    }

    private static void AddQuotas(MetadataNode quotas, MetadataImage image)
    {
        foreach (var (key, record) in image.ClientQuotas)
        {
            quotas.Folder(key.Entity.Replace('/', '_')).File(key.Key, record.Value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string Endpoints(ImmutableArray<ListenerEndpoint> endpoints) => List(endpoints.Select(endpoint =>
        $"Endpoint(listenerName='{endpoint.ListenerName}', securityProtocol={SecurityProtocol(endpoint.SecurityProtocol)}, host='{endpoint.Host}', port={endpoint.Port})"));

    private static string SecurityProtocol(short protocol) => protocol switch
    {
        0 => "PLAINTEXT",
        1 => "SSL",
        2 => "SASL_PLAINTEXT",
        3 => "SASL_SSL",
        _ => protocol.ToString(CultureInfo.InvariantCulture),
    };

    private static string Features(ImmutableArray<FeatureRange> features) =>
        $"{{{string.Join(", ", features.OrderBy(feature => feature.Name, StringComparer.Ordinal).Select(feature => $"{feature.Name}: {feature.MinSupportedVersion}-{feature.MaxSupportedVersion}"))}}}";

    private static string List<T>(IEnumerable<T> items) => $"[{string.Join(", ", items)}]";

    private static string Lower(bool value) => value ? "true" : "false";
}
