using Deterministic.Kernel;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Configs;

/// <summary>
/// The settings of a node as they are now: its properties, and over them what the cluster's metadata sets for it and for all
/// brokers. Owned by one shard, lives as long; asked with each image, works only when the configuration of brokers changed.
/// </summary>
internal sealed class LiveBrokerConfig
{
    private readonly BrokerConfig _fixed;
    private readonly Action<string> _onRefused;
    private IReadOnlyDictionary<string, string>? _ofThisBroker;
    private IReadOnlyDictionary<string, string>? _ofAllBrokers;
    private BrokerConfig _now;

    internal LiveBrokerConfig(BrokerConfig fixedConfig, Action<string> onRefused)
    {
        _fixed = fixedConfig;
        _onRefused = onRefused;
        _now = fixedConfig;
    }

    /// <summary>The settings by that image.</summary>
    internal BrokerConfig Of(MetadataImage image)
    {
        var ofThisBroker = image.ConfigOf(ConfigResource.OfBroker(_fixed.NodeId));
        var ofAllBrokers = image.ConfigOf(ConfigResource.DefaultBroker);
        if (ReferenceEquals(ofThisBroker, _ofThisBroker) && ReferenceEquals(ofAllBrokers, _ofAllBrokers))
        {
            return _now;
        }

        _ofThisBroker = ofThisBroker;
        _ofAllBrokers = ofAllBrokers;
        try
        {
            _now = _fixed.WithDynamic(ofThisBroker, ofAllBrokers);
        }
        catch (ConfigException e)
        {
            // Written by another release: what was in force before stays in force.
            Mark.Hit("configs.of-broker-refused");
            _onRefused(e.Message);
        }

        return _now;
    }
}
