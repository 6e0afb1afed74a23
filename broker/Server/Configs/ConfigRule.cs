using System.Globalization;

namespace Deterministic.Server.Configs;

/// <summary>
/// What values a key allows beyond its type, read from the text of Kafka's reference: a range (<c>[1,...]</c>,
/// <c>[1,...,9] or -1</c>), a choice (<c>[a, b]</c>), or not empty. Immutable.
/// </summary>
internal sealed class ConfigRule
{
    private const string CaseInsensitive = "(case insensitive) ";

    private readonly double? _min;
    private readonly double? _max;
    private readonly double? _or;
    private readonly string[]? _choices;
    private readonly bool _ignoreCase;
    private readonly bool _nonEmpty;
    private readonly bool _replicaPairs;

    /// <summary>The rule that <paramref name="text"/> states.</summary>
    public ConfigRule(string text)
    {
        Text = text;
        if (text.StartsWith("[partitionId]", StringComparison.Ordinal))
        {
            _replicaPairs = true;
            return;
        }

        _nonEmpty = text.StartsWith("non-empty", StringComparison.Ordinal);
        _ignoreCase = text.StartsWith(CaseInsensitive, StringComparison.Ordinal);
        var body = _ignoreCase ? text[CaseInsensitive.Length..] : text;
        if (!body.StartsWith('['))
        {
            return;
        }

        var close = body.IndexOf(']', StringComparison.Ordinal);
        var parts = body[1..close].Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > 1 && parts[1] == "...")
        {
            _min = Number(parts[0]);
            _max = parts.Length > 2 ? Number(parts[2]) : null;
            var or = body.IndexOf(" or ", StringComparison.Ordinal);
            _or = or >= 0 ? Number(body[(or + 4)..]) : null;
        }
        else
        {
            _choices = parts;
        }
    }

    /// <summary>As the reference writes it.</summary>
    public string Text { get; }

    /// <summary>Throws unless the rule allows <paramref name="value"/>.</summary>
    public void Check(ConfigKey key, string value)
    {
        if (key.Type == ConfigType.List)
        {
            CheckListItems(key, value);
        }

        if (_min is not null)
        {
            CheckRange(key, value);
        }
        else if (_choices is not null)
        {
            CheckChoice(key, value);
        }
        else if (_nonEmpty && key.Type != ConfigType.List && value.Length == 0)
        {
            throw key.Invalid(value, "String must be non-empty");
        }
        else if (_replicaPairs)
        {
            CheckReplicaPairs(key, value);
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private void CheckRange(ConfigKey key, string value)
    {
        var number = Number(value);
        if (number == _or)
        {
            return;
        }

        if (number < _min)
        {
            throw key.Invalid(value, $"Value must be at least {_min}{(_or is { } or ? $" or equal to {or}" : "")}");
        }

        if (number > _max)
        {
            throw key.Invalid(value, _or is null ? $"Value must be no more than {_max}" : $"Value must be between {_min} and {_max} or equal to {_or}");
        }
    }

    private void CheckChoice(ConfigKey key, string value)
    {
        foreach (var item in key.Type == ConfigType.List ? ConfigKey.SplitList(value) : [value])
        {
            var comparison = _ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
            if (!_choices!.Any(choice => Matches(choice, item, comparison)))
            {
                var how = _ignoreCase ? " (case insensitive)" : "";
                throw key.Invalid(item, $"String must be one of{how}: {string.Join(", ", _choices!)}");
            }
        }
    }

    private static bool Matches(string choice, string item, StringComparison comparison) =>
        string.Equals(choice, item, comparison)
            || (choice.StartsWith("by_duration:", StringComparison.Ordinal)
                && item.StartsWith("by_duration:P", StringComparison.Ordinal));

    private static void CheckListItems(ConfigKey key, string value)
    {
        var items = ConfigKey.SplitList(value).ToArray();
        if (items.Contains("", StringComparer.Ordinal))
        {
            throw new ConfigException($"Configuration '{key.Name}' values must not be empty.");
        }

        if (items.Distinct(StringComparer.Ordinal).Count() != items.Length)
        {
            throw new ConfigException($"Configuration '{key.Name}' values must not be duplicated.");
        }
    }

    private static void CheckReplicaPairs(ConfigKey key, string value)
    {
        if (value is "" or "*" or "none")
        {
            return;
        }

        foreach (var item in ConfigKey.SplitList(value))
        {
            var parts = item.Split(':');
            if (parts.Length != 2 || !parts.All(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            {
                throw key.Invalid(
                    $"[{string.Join(", ", ConfigKey.SplitList(value))}]", $"{key.Name} must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...");
            }
        }
    }
}
