using System.Globalization;

namespace Deterministic.Server.Configs;

/// <summary>One config key of <see cref="ConfigCatalog"/>: its type, default, bounds and synonyms. Immutable, lives as long as the process.</summary>
public sealed class ConfigKey
{
    private readonly ConfigRule _rule;

    internal ConfigKey(
        ConfigKind kind, string name, ConfigType type, string? defaultValue, ConfigRule rule, ConfigUpdateMode updateMode)
    {
        Kind = kind;
        Name = name;
        Type = type;
        _rule = rule;
        UpdateMode = updateMode;
        Default = defaultValue;
    }

    /// <summary>What it belongs to.</summary>
    public ConfigKind Kind { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The type of its values.</summary>
    public ConfigType Type { get; }

    /// <summary>The value when nothing is set, in canonical form; null for none.</summary>
    public string? Default { get; }

    /// <summary>What is allowed, as Kafka's reference writes it; empty when every value of the type is.</summary>
    public string Allowed => _rule.Text;

    /// <summary>high, medium or low.</summary>
    public required string Importance { get; init; }

    /// <summary>How it may change while the broker runs.</summary>
    public ConfigUpdateMode UpdateMode { get; }

    /// <summary>Keys that stand in when this one is not set, in order.</summary>
    public required IReadOnlyList<ConfigSynonym> Synonyms { get; init; }

    /// <summary>Whether Kafka leaves it out of its documentation.</summary>
    public required bool IsInternal { get; init; }

    /// <summary>Whether there is no default because one must be given.</summary>
    public required bool IsRequired { get; init; }

    /// <summary>Whether it is a key of ours that Kafka does not have.</summary>
    public required bool IsOwn { get; init; }

    /// <summary>Whether this broker does what the key says today. All other keys are parsed, checked and described.</summary>
    public required bool Acts { get; init; }

    /// <summary>Why it does not act; null for a key that does.</summary>
    public required string? WhyIdle { get; init; }

    /// <summary>Whether its values are never shown.</summary>
    public bool IsSensitive => Type == ConfigType.Password;

    /// <summary>The value in canonical form, as DescribeConfigs shows it.</summary>
    /// <exception cref="ConfigException">The value is not of the key's type or not allowed.</exception>
    public string Parse(string value)
    {
        var canonical = ParseType(value.Trim());
        _rule.Check(this, canonical);
        return canonical;
    }

    /// <summary>As <see cref="Parse"/>, with the reason instead of an exception; null when the value is fine.</summary>
    public string? WhyInvalid(string value)
    {
        try
        {
            Parse(value);
            return null;
        }
        catch (ConfigException e)
        {
            return e.Message;
        }
    }

    /// <summary>The error for a value of this key.</summary>
    internal ConfigException Invalid(string value, string reason) =>
        new($"Invalid value {(IsSensitive ? "[hidden]" : value)} for configuration {Name}: {reason}");

    private string ParseType(string value) => Type switch
    {
        ConfigType.Boolean => ParseBoolean(value),
        ConfigType.Int => ParseWhole(value, int.MinValue, int.MaxValue),
        ConfigType.Short => ParseWhole(value, short.MinValue, short.MaxValue),
        ConfigType.Long => ParseWhole(value, long.MinValue, long.MaxValue),
        ConfigType.Double => ParseDouble(value),
        ConfigType.List => string.Join(',', SplitList(value)),
        _ => value,
    };

    /// <summary>The items of a list value.</summary>
    public static IEnumerable<string> SplitList(string value) =>
        value.Length == 0 ? [] : value.Split(',', StringSplitOptions.TrimEntries);

    private string ParseBoolean(string value)
    {
        if (value.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return "true";
        }

        return value.Equals("false", StringComparison.OrdinalIgnoreCase)
            ? "false"
            : throw Invalid(value, "Expected value to be either true or false");
    }

    private string ParseWhole(string value, long min, long max) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max
            ? number.ToString(CultureInfo.InvariantCulture)
            : throw Invalid(value, $"Not a number of type {Type.ToString().ToUpperInvariant()}");

    private string ParseDouble(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? ConfigText.OfDouble(number)
            : throw Invalid(value, "Not a number of type DOUBLE");
}
