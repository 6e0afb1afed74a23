using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Server.Configs;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Telemetry;

/// <summary>
/// What the client-metrics resources of an image ask of clients, made once for each image whose configs differ. Immutable; owned by one shard.
/// </summary>
internal sealed class Subscription
{
    /// <summary>Of a client that nobody asks for metrics.</summary>
    internal const int DefaultIntervalMs = 300_000;

    /// <summary>As the only metric: all of them.</summary>
    internal const string AllMetrics = "*";

    /// <summary>How long one pattern may take that cannot be matched in linear time; then it does not match.</summary>
    private static readonly TimeSpan s_matchTime = TimeSpan.FromMilliseconds(20);

    private readonly int _intervalMs;
    private readonly ImmutableArray<string> _metrics;
    private readonly List<(string Key, Regex Pattern)> _match = [];

    private Subscription(IReadOnlyDictionary<string, string> configs)
    {
        _intervalMs = configs.TryGetValue("interval.ms", out var interval) ? int.Parse(interval, CultureInfo.InvariantCulture) : DefaultIntervalMs;
        _metrics = [.. ConfigKey.SplitList(configs.GetValueOrDefault("metrics", ""))];
        foreach (var pattern in ConfigKey.SplitList(configs.GetValueOrDefault("match", "")))
        {
            var parts = pattern.Split('=');
            _match.Add((parts[0].Trim(), Compile(parts[1].Trim())));
        }
    }

    /// <summary>All subscriptions of an image.</summary>
    internal static IReadOnlyList<Subscription> AllOf(MetadataImage image) =>
    [
        .. image.Configs.Where(pair => pair.Key.Type == ConfigResource.ClientMetrics).Select(pair => new Subscription(pair.Value)),
    ];

    /// <summary>What they ask together of one client: the shortest interval, and the metrics in order.</summary>
    internal static (int IntervalMs, ImmutableSortedSet<string> Metrics) Of(IReadOnlyList<Subscription> all, Uuid instanceId, TelemetryClient client)
    {
        var intervalMs = DefaultIntervalMs;
        var metrics = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
        foreach (var subscription in all)
        {
            if (subscription.IsFor(instanceId, client))
            {
                intervalMs = Math.Min(intervalMs, subscription._intervalMs);
                metrics = metrics.Union(subscription._metrics);
            }
        }

        return (intervalMs, metrics.Contains(AllMetrics) ? metrics.Clear().Add(AllMetrics) : metrics);
    }

    private bool IsFor(Uuid instanceId, TelemetryClient client)
    {
        foreach (var (key, pattern) in _match)
        {
            var value = key switch
            {
                "client_instance_id" => instanceId.ToString(),
                "client_id" => client.ClientId,
                "client_software_name" => client.SoftwareName,
                "client_software_version" => client.SoftwareVersion,
                "client_source_address" => client.SourceAddress,
                _ => client.SourcePort,
            };
            if (!IsMatch(pattern, value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsMatch(Regex pattern, string value)
    {
        try
        {
            return pattern.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            Mark.Hit("telemetry.pattern-takes-too-long");
            return false;
        }
    }

    private static Regex Compile(string pattern)
    {
        var whole = $@"\A(?:{pattern})\z";
        try
        {
            return new Regex(whole, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException)
        {
            return new Regex(whole, RegexOptions.CultureInvariant, s_matchTime);
        }
    }
}
