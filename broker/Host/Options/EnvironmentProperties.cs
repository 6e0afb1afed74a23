using System.Collections;

namespace Deterministic.Host.Options;

/// <summary>
/// Properties from environment variables, named as the Kafka container images name them: <c>KAFKA_NODE_ID</c> is
/// <c>node.id</c>; two underscores stand for one, three for a dash. Stateless.
/// </summary>
internal static class EnvironmentProperties
{
    private const string Prefix = "KAFKA_";

    /// <summary>Variables that mean something else to Kafka's scripts.</summary>
    private static readonly HashSet<string> s_notProperties = new(StringComparer.Ordinal)
    {
        "KAFKA_VERSION", "KAFKA_HOME", "KAFKA_HEAP_OPTS", "KAFKA_LOG4J_OPTS", "KAFKA_OPTS", "KAFKA_JMX_OPTS",
        "KAFKA_JVM_PERFORMANCE_OPTS", "KAFKA_GC_LOG_OPTS", "KAFKA_LOG4J_ROOT_LOGLEVEL", "KAFKA_LOG4J_LOGGERS",
        "KAFKA_TOOLS_LOG4J_LOGLEVEL", "KAFKA_JMX_HOSTNAME", "KAFKA_DEBUG",
    };

    /// <summary>The properties among the variables.</summary>
    public static Dictionary<string, string> Of(IDictionary variables)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in variables)
        {
            var name = (string)variable.Key;
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && !s_notProperties.Contains(name))
            {
                properties[KeyOf(name)] = (string?)variable.Value ?? "";
            }
        }

        return properties;
    }

    /// <summary>The config key that a variable names.</summary>
    public static string KeyOf(string variable) => variable[Prefix.Length..].ToLowerInvariant()
        .Replace("___", "-", StringComparison.Ordinal)
        .Replace("__", "\0", StringComparison.Ordinal)
        .Replace('_', '.')
        .Replace('\0', '_');
}
