using System.Globalization;
using System.Text.RegularExpressions;
using Deterministic.Protocol;
using Deterministic.Server.Configs;

namespace Deterministic.Server.Controller;

/// <summary>What a subscription to client metrics may say (KIP-714). Stateless.</summary>
internal static class ClientMetricsRules
{
    private const int IntervalMsMin = 100;
    private const int IntervalMsMax = 3_600_000;

    private static readonly TimeSpan s_patternTime = TimeSpan.FromSeconds(1);
    private static readonly string[] s_matchable =
        ["client_instance_id", "client_id", "client_software_name", "client_software_version", "client_source_address", "client_source_port"];

    /// <exception cref="Refusal">It has no name, an unknown key, or an interval out of bounds.</exception>
    /// <exception cref="ConfigException">A value is wrong.</exception>
    internal static void Check(string name, IReadOnlyDictionary<string, string> configs)
    {
        if (name.Length == 0)
        {
            throw new Refusal(ErrorCode.InvalidRequest, "Subscription name can't be empty");
        }

        foreach (var key in configs.Keys)
        {
            if (ConfigCatalog.Find(ConfigKind.ClientMetrics, key) is null)
            {
                throw new Refusal(ErrorCode.InvalidRequest, $"Unknown client metrics configuration: {key}");
            }
        }

        foreach (var (key, value) in configs)
        {
            var canonical = ConfigCatalog.Get(ConfigKind.ClientMetrics, key).Parse(value);
            if (key == "interval.ms" && int.Parse(canonical, CultureInfo.InvariantCulture) is < IntervalMsMin or > IntervalMsMax)
            {
                throw new Refusal(
                    ErrorCode.InvalidRequest,
                    $"Invalid value {canonical} for interval.ms, interval must be between {IntervalMsMin} and {IntervalMsMax} (1 hour)");
            }

            if (key == "match")
            {
                CheckPatterns(canonical);
            }
        }
    }

    private static void CheckPatterns(string patterns)
    {
        foreach (var pattern in ConfigKey.SplitList(patterns))
        {
            var parts = pattern.Split('=');
            if (parts.Length != 2 || !s_matchable.Contains(parts[0].Trim(), StringComparer.Ordinal) || !IsPattern(parts[1].Trim()))
            {
                throw new ConfigException($"Illegal client matching pattern: {pattern}");
            }
        }
    }

    private static bool IsPattern(string text)
    {
        try
        {
            _ = new Regex(text, RegexOptions.CultureInvariant, s_patternTime);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
