using System.Globalization;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>
/// Decides UpdateFeatures (KIP-584): all of the levels that a request wants, or none. Lives for one request on shard 0.
/// </summary>
internal sealed class FeatureUpdate
{
    private const sbyte Upgrade = 1;
    private const sbyte SafeDowngrade = 2;
    private const sbyte UnsafeDowngrade = 3;
    private const short FirstVersionWithTypes = 1;
    private const string MinInsyncReplicas = "min.insync.replicas";

    private readonly ControllerContext _context;
    private readonly short _kraftVersion;
    private readonly MetadataRecordList _records = new();

    private FeatureUpdate(ControllerContext context)
    {
        _context = context;
        _kraftVersion = context.KRaftVersion;
    }

    /// <summary>In version 0 a request says only whether levels may fall.</summary>
    internal static ControllerDecision<UpdateFeaturesResponse> Decide(
        in UpdateFeaturesRequest request, short version, ControllerContext context)
    {
        var update = new FeatureUpdate(context);
        var response = new UpdateFeaturesResponse { ErrorMessage = Text.Null };
        try
        {
            var updates = new Dictionary<string, (short Level, sbyte Type)>(StringComparer.Ordinal);
            foreach (ref var asked in request.FeatureUpdates.Span)
            {
                var type = version >= FirstVersionWithTypes ? asked.UpgradeType : asked.AllowDowngrade ? SafeDowngrade : Upgrade;
                updates[asked.Feature.ToString()] = (asked.MaxVersionLevel, type);
            }

            foreach (var (name, wanted) in updates)
            {
                update.DecideOne(name, wanted.Level, wanted.Type);
                response.Results.Add(new UpdateFeaturesResponse.UpdatableFeatureResult { Feature = Text.Of(name), ErrorMessage = "NONE" });
            }
        }
        catch (Refusal refusal)
        {
            Mark.Hit("features.update-refused");
            return new ControllerDecision<UpdateFeaturesResponse>(new MetadataRecordList(), new UpdateFeaturesResponse
            {
                ErrorCode = (short)refusal.Error,
                ErrorMessage = Text.Of(refusal.Text),
            });
        }

        return new ControllerDecision<UpdateFeaturesResponse>(request.ValidateOnly ? new MetadataRecordList() : update._records, response);
    }

    private void DecideOne(string name, short level, sbyte type)
    {
        if (type is not (Upgrade or SafeDowngrade or UnsafeDowngrade))
        {
            throw Invalid(name, level, "The controller does not support the given upgrade type.");
        }

        var current = name == FeatureNames.KRaftVersion ? _kraftVersion : _context.Image.FeatureLevel(name);
        if (level < 0)
        {
            throw Invalid(name, level, "A feature version cannot be less than 0.");
        }

        CheckSupport(name, level);
        if (level < current && type == Upgrade)
        {
            throw Invalid(
                name, level, "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.");
        }

        if (level > current && type != Upgrade)
        {
            throw Invalid(name, level, "Can't downgrade to a newer version.");
        }

        if (name == FeatureNames.KRaftVersion)
        {
            CheckKRaftVersion(level);
        }
        else
        {
            Change(name, level, current, type);
        }
    }

    private void CheckSupport(string name, short level)
    {
        var node = _context.Node.NodeId.ToString(CultureInfo.InvariantCulture);
        CheckRange(name, level, SupportedFeatures.All, $"Local controller {node}");
        foreach (var broker in _context.Image.Brokers.Values)
        {
            CheckRange(name, level, broker.Features, $"Broker {broker.BrokerId}");
        }
    }

    private static void CheckRange(string name, short level, IEnumerable<FeatureRange> supported, string who)
    {
        var range = supported.FirstOrDefault(feature => feature.Name == name);
        if (range is null)
        {
            // Nobody needs to know a feature that is off.
            if (level > 0 || who.StartsWith("Local", StringComparison.Ordinal))
            {
                throw Invalid(name, level, $"{who} does not support this feature.");
            }
        }
        else if (level < range.MinSupportedVersion || level > range.MaxSupportedVersion)
        {
            throw Invalid(name, level, $"{who} only supports versions {range.MinSupportedVersion}-{range.MaxSupportedVersion}");
        }
    }

    /// <summary>It stands in control records of the log, written when storage is formatted.</summary>
    private void CheckKRaftVersion(short level)
    {
        if (level != _kraftVersion)
        {
            throw Invalid(
                FeatureNames.KRaftVersion, level, $"The quorum was formatted with version {_kraftVersion}, and this controller does not change it.");
        }
    }

    private void Change(string name, short level, short current, sbyte type)
    {
        if (name == FeatureNames.MetadataVersion)
        {
            if (level < current)
            {
                throw Error(
                    $"Unsupported metadata.version downgrade from {current} to {level}. "
                    + (type == UnsafeDowngrade
                        ? "Unsafe metadata downgrade is not supported in this version."
                        : "Refusing to perform the requested downgrade because it might delete metadata information."));
            }

            if (level == current)
            {
                return;
            }
        }

        Mark.Hit("features.level-changed");
        _records.Add(new FeatureLevelRecord { Name = Text.Of(name), FeatureLevel = level });
        if (name == FeatureNames.EligibleLeaderReplicasVersion && level > 0 && current == 0)
        {
            KnowMinInsyncReplicas();
        }
    }

    /// <summary>With ELR the controller must know the number for the cluster, and no broker may have its own.</summary>
    private void KnowMinInsyncReplicas()
    {
        if (!_context.Image.ConfigOf(ConfigResource.DefaultBroker).ContainsKey(MinInsyncReplicas))
        {
            AddConfig(ConfigResource.DefaultBroker, _context.Config.MinInsyncReplicas.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var (resource, configs) in _context.Image.Configs)
        {
            if (resource.Type == ConfigResource.Broker && resource != ConfigResource.DefaultBroker && configs.ContainsKey(MinInsyncReplicas))
            {
                AddConfig(resource, null);
            }
        }
    }

    private void AddConfig(in ConfigResource resource, string? value) => _records.Add(new ConfigRecord
    {
        ResourceType = resource.Type,
        ResourceName = Text.Of(resource.Name),
        Name = Text.Of(MinInsyncReplicas),
        Value = Text.Of(value),
    });

    private static Refusal Invalid(string name, short level, string reason) =>
        Error($"Invalid update version {level} for feature {name}. {reason}");

    private static Refusal Error(string reason) => new(
        ErrorCode.InvalidUpdateVersion, $"The update failed for all features since the following feature had an error: {reason}");
}
