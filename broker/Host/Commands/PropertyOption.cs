namespace Deterministic.Host.Commands;

/// <summary>Options of the form <c>--property key=value</c>, as Kafka's console tools take them. Stateless.</summary>
internal static class PropertyOption
{
    /// <summary>The properties of all uses of the option.</summary>
    public static Dictionary<string, string> Parse(IEnumerable<string>? pairs)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs ?? [])
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new CommandException($"--property {pair}: write it as key=value, for example print.key=true");
            }

            properties[pair[..equals]] = pair[(equals + 1)..];
        }

        return properties;
    }
}
