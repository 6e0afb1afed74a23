using System.Collections;
using System.Net;
using Deterministic.Server.Configs;

namespace Deterministic.Host.Options;

/// <summary>What a node is started with: its properties file, the environment and <c>--set</c>, in rising order of precedence. Immutable.</summary>
internal sealed class NodeOptions
{
    private const string DefaultDataFolder = "data";
    private static readonly string[] s_openPrefixes = ["listener.name.", "rlmm.config.", "rsm.config.", "config.providers."];

    private NodeOptions(Dictionary<string, string> properties, string? clusterId)
    {
        ClusterId = clusterId;
        Warnings = WarningsOf(properties);
        if (!properties.ContainsKey("log.dirs") && !properties.ContainsKey("log.dir"))
        {
            properties["log.dirs"] = DefaultDataFolder;
        }

        foreach (var name in (ReadOnlySpan<string>)["log.dirs", "log.dir", "metadata.log.dir"])
        {
            if (properties.TryGetValue(name, out var value))
            {
                var paths = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFullPath).ToArray();
                if (Array.Find(paths, File.Exists) is { } file)
                {
                    throw new ConfigException($"Invalid value {value} for configuration {name}: {file} is a file; it must be a directory");
                }

                properties[name] = string.Join(',', paths);
            }
        }

        Config = BrokerConfig.Of(properties, Dns.GetHostName());
    }

    /// <summary>The node's settings.</summary>
    public BrokerConfig Config { get; }

    /// <summary>The cluster id that <c>CLUSTER_ID</c> asks for; null for any.</summary>
    public string? ClusterId { get; }

    /// <summary>What the user should know about the properties, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads everything.</summary>
    /// <exception cref="ConfigException">A file, a key or a value is wrong.</exception>
    public static NodeOptions Read(string? file, IEnumerable<string> assignments, IDictionary environment)
    {
        var properties = file is null ? new Dictionary<string, string>(StringComparer.Ordinal) : PropertiesFile.Read(file);
        foreach (var (key, value) in EnvironmentProperties.Of(environment))
        {
            properties[key] = value;
        }

        foreach (var assignment in assignments)
        {
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new ConfigException($"--set {assignment}: write it as key=value, for example --set num.partitions=3");
            }

            properties[assignment[..equals].Trim()] = assignment[(equals + 1)..].Trim();
        }

        return new NodeOptions(properties, environment["CLUSTER_ID"] as string);
    }

    private static List<string> WarningsOf(Dictionary<string, string> properties)
    {
        var unknown = new List<string>();
        var idle = new List<string>();
        foreach (var (name, value) in properties.OrderBy(property => property.Key, StringComparer.Ordinal))
        {
            if (ConfigCatalog.Find(ConfigKind.Broker, name) is not { } key)
            {
                if (!s_openPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                {
                    unknown.Add(ConfigCatalog.Suggest(ConfigKind.Broker, name) is { } suggestion ? $"{name} (did you mean {suggestion}?)" : name);
                }
            }
            else if (key.WhyIdle is { } why && !value.Equals(key.Default, StringComparison.Ordinal))
            {
                idle.Add($"{name} ({why})");
            }
        }

        return
        [
            .. Warning("These config keys are unknown and have no effect", unknown),
            .. Warning("These config keys have no effect here", idle),
        ];
    }

    private static IEnumerable<string> Warning(string what, List<string> keys) => keys.Count == 0 ? [] : [$"{what}: {string.Join(", ", keys)}"];
}
