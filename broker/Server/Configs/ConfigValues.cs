using System.Globalization;

namespace Deterministic.Server.Configs;

/// <summary>
/// The values of one resource (a node, a topic): layers in order of precedence over the defaults of the catalog. Every
/// value was checked when this was made. Immutable.
/// </summary>
public sealed class ConfigValues
{
    private readonly IReadOnlyList<ConfigLayer> _layers;
    private readonly Dictionary<string, string> _set = new(StringComparer.Ordinal);
    private readonly Func<ConfigKey, string?>? _inherit;

    /// <summary>
    /// Values from layers, the strongest first. Keys that the catalog does not know are passed over.
    /// <paramref name="inherit"/> gives the value of a key that no layer sets, before its default.
    /// </summary>
    /// <exception cref="ConfigException">A value is not of its key's type or not allowed.</exception>
    public ConfigValues(ConfigKind kind, IReadOnlyList<ConfigLayer> layers, Func<ConfigKey, string?>? inherit = null)
    {
        Kind = kind;
        _layers = layers;
        _inherit = inherit;
        foreach (var layer in layers)
        {
            foreach (var (name, value) in layer.Values)
            {
                if (ConfigCatalog.Find(kind, name) is { } key)
                {
                    _set.TryAdd(name, key.Parse(value));
                }
            }
        }
    }

    /// <summary>What the values belong to.</summary>
    public ConfigKind Kind { get; }

    /// <summary>The layers, the strongest first.</summary>
    public IReadOnlyList<ConfigLayer> Layers => _layers;

    /// <summary>The keys of a node that only the cluster's metadata can set.</summary>
    public ConfigValues DynamicOnly => new(ConfigKind.BrokerDynamicOnly, [.. _layers.Where(layer => layer.Source != ConfigSource.StaticBroker)]);

    /// <summary>Whether a layer sets the key.</summary>
    public bool IsSet(string name) => _set.ContainsKey(name);

    /// <summary>The value in canonical form; null for none.</summary>
    public string? Find(string name)
    {
        if (_set.TryGetValue(name, out var value))
        {
            return value;
        }

        var key = ConfigCatalog.Get(Kind, name);
        return _inherit?.Invoke(key) ?? key.Default;
    }

    /// <summary>The value of a key that has one.</summary>
    public string String(string name) =>
        Find(name) ?? throw new ConfigException($"Missing required configuration \"{name}\" which has no default value.");

    /// <summary>The value of a key of type boolean.</summary>
    public bool Bool(string name) => String(name) == "true";

    /// <summary>The value of a key of type int or short.</summary>
    public int Int(string name) => int.Parse(String(name), CultureInfo.InvariantCulture);

    /// <summary>The value of a key of type int, short or long.</summary>
    public long Long(string name) => long.Parse(String(name), CultureInfo.InvariantCulture);

    /// <summary>The value of a key of type double.</summary>
    public double Double(string name) => double.Parse(String(name), CultureInfo.InvariantCulture);

    /// <summary>The value of a key of type list.</summary>
    public IReadOnlyList<string> List(string name) => ConfigKey.SplitList(Find(name) ?? "").ToArray();

    /// <summary>The first of the keys that has a value, in milliseconds. A negative value (no limit) is not scaled.</summary>
    public long Ms(string name, params ReadOnlySpan<ConfigSynonym> otherwise)
    {
        if (Find(name) is not null)
        {
            return Long(name);
        }

        foreach (var synonym in otherwise)
        {
            if (Find(synonym.Name) is not null)
            {
                var value = Long(synonym.Name);
                return value < 0 ? value : checked(value * synonym.Factor);
            }
        }

        throw new ConfigException($"None of {name} and its synonyms has a value.");
    }

    /// <summary>Where the names are set, in the order of the layers and then the defaults (DescribeConfigs' synonyms).</summary>
    public IReadOnlyList<ConfigSynonymValue> Chain(params ReadOnlySpan<string> names)
    {
        var chain = new List<ConfigSynonymValue>();
        foreach (var layer in _layers)
        {
            foreach (var name in names)
            {
                if (layer.Values.TryGetValue(name, out var value) && ConfigCatalog.Find(Kind, name) is { } key)
                {
                    chain.Add(new ConfigSynonymValue(name, key.IsSensitive ? null : key.Parse(value), layer.Source));
                }
            }
        }

        foreach (var name in names)
        {
            if (ConfigCatalog.Find(Kind, name) is { Default: { } standard } key)
            {
                chain.Add(new ConfigSynonymValue(name, key.IsSensitive ? null : standard, ConfigSource.Default));
            }
        }

        // Kafka drops what stands before the name that was asked for, and its clients see that.
        var asked = names[0];
        var first = chain.FindIndex(entry => entry.Name == asked);
        chain.RemoveRange(0, first < 0 ? chain.Count : first);
        return chain;
    }
}
