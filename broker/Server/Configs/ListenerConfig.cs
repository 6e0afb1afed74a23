using System.Globalization;

namespace Deterministic.Server.Configs;

/// <summary>
/// The listeners of a node: where it listens and what it tells clients, read from <c>listeners</c>,
/// <c>advertised.listeners</c>, <c>listener.security.protocol.map</c> and <c>controller.listener.names</c>. Immutable.
/// </summary>
public sealed class ListenerConfig
{
    private const string MetaAddress = "0.0.0.0";
    private readonly Dictionary<string, SecurityProtocol> _protocols;

    /// <summary>Reads and checks the listeners.</summary>
    /// <exception cref="ConfigException">One is malformed, twice there, unknown, or of a protocol that this broker does not speak.</exception>
    public ListenerConfig(ConfigValues values, IReadOnlyList<string> roles, string localHostName)
    {
        ControllerNames = values.List("controller.listener.names");
        _protocols = ReadProtocolMap(values);
        All = ReadEndpoints(values, "listeners");
        Check(roles, values);
        Advertised = ReadAdvertised(values, localHostName);
        InterBrokerName = ReadInterBrokerName(values, roles);
    }

    /// <summary>All of <c>listeners</c>.</summary>
    public IReadOnlyList<Listener> All { get; }

    /// <summary>Names of the listeners that are for the controller.</summary>
    public IReadOnlyList<string> ControllerNames { get; }

    /// <summary>The listeners for clients and brokers.</summary>
    public IReadOnlyList<Listener> Broker => All.Where(listener => !IsController(listener.Name)).ToArray();

    /// <summary>The listeners for the controller.</summary>
    public IReadOnlyList<Listener> Controller => All.Where(listener => IsController(listener.Name)).ToArray();

    /// <summary>What clients are told, one for each broker listener that is not hidden.</summary>
    public IReadOnlyList<Listener> Advertised { get; }

    /// <summary>The listener that brokers use among themselves.</summary>
    public string InterBrokerName { get; }

    /// <summary>What a client that came by the listener <paramref name="name"/> is told; null when that one is not advertised.</summary>
    public Listener? AdvertisedFor(string name) => Advertised.FirstOrDefault(listener => listener.Name == name);

    private bool IsController(string name) => ControllerNames.Contains(name, StringComparer.Ordinal);

    private Dictionary<string, SecurityProtocol> ReadProtocolMap(ConfigValues values)
    {
        const string Key = "listener.security.protocol.map";
        var map = new Dictionary<string, SecurityProtocol>(StringComparer.Ordinal);
        var text = values.String(Key);
        foreach (var pair in ConfigKey.SplitList(text))
        {
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? "" : pair[..colon].Trim().ToUpperInvariant();
            if (name.Length == 0 || !TryReadProtocol(pair[(colon + 1)..].Trim(), out var protocol))
            {
                throw new ConfigException(
                    $"Invalid value {text} for configuration {Key}: {pair} must be NAME:PROTOCOL with a protocol of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL");
            }

            map[name] = protocol;
        }

        if (!values.IsSet(Key))
        {
            foreach (var name in ControllerNames)
            {
                map.TryAdd(name, SecurityProtocol.Plaintext);
            }
        }

        return map;
    }

    private static bool TryReadProtocol(string text, out SecurityProtocol protocol)
    {
        (protocol, var known) = text.ToUpperInvariant() switch
        {
            "PLAINTEXT" => (SecurityProtocol.Plaintext, true),
            "SSL" => (SecurityProtocol.Ssl, true),
            "SASL_PLAINTEXT" => (SecurityProtocol.SaslPlaintext, true),
            "SASL_SSL" => (SecurityProtocol.SaslSsl, true),
            _ => (default, false),
        };
        return known;
    }

    private List<Listener> ReadEndpoints(ConfigValues values, string key)
    {
        var listeners = new List<Listener>();
        foreach (var text in values.List(key))
        {
            listeners.Add(ReadEndpoint(key, text));
        }

        if (listeners.Select(listener => listener.Name).Distinct(StringComparer.Ordinal).Count() != listeners.Count)
        {
            throw new ConfigException($"Each listener must have a different name, {key}: {string.Join(',', listeners)}");
        }

        return listeners;
    }

    private Listener ReadEndpoint(string key, string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var colon = text.LastIndexOf(':');
        if (scheme <= 0 || colon <= scheme)
        {
            throw Malformed(key, text, "it must be NAME://HOST:PORT");
        }

        if (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > ushort.MaxValue)
        {
            throw Malformed(key, text, $"the port {text[(colon + 1)..]} must be a number from 0 to 65535");
        }

        var name = text[..scheme].ToUpperInvariant();
        var host = text[(scheme + 3)..colon].Trim('[', ']');
        return _protocols.TryGetValue(name, out var protocol)
            ? new Listener(name, protocol, host, port)
            : throw new ConfigException(
                $"Error creating broker listeners from '{text}': No security protocol defined for listener {name}; add {name}:PLAINTEXT to listener.security.protocol.map");
    }

    private static ConfigException Malformed(string key, string text, string reason) =>
        new($"Invalid value {text} for configuration {key}: Unable to parse {text} to a broker endpoint, {reason}");

    private void Check(IReadOnlyList<string> roles, ConfigValues values)
    {
        if (All.Count == 0)
        {
            throw new ConfigException("Invalid value  for configuration listeners: at least one listener is needed");
        }

        var secured = All.FirstOrDefault(listener => listener.Protocol != SecurityProtocol.Plaintext);
        if (secured is not null)
        {
            throw new ConfigException(
                $"The listener {secured} uses the security protocol {ProtocolName(secured.Protocol)}, which this broker does not implement; only PLAINTEXT is.");
        }

        var shared = All.Where(listener => listener.Port != 0).GroupBy(listener => listener.Port)
            .FirstOrDefault(group => group.Count() > 1);
        if (shared is not null)
        {
            throw new ConfigException($"Each listener must have a different port, listeners: {string.Join(',', All)}");
        }

        if (roles.Contains("controller", StringComparer.Ordinal) && values.IsSet("controller.listener.names") && Controller.Count == 0)
        {
            throw new ConfigException(
                "controller.listener.names must contain at least one value appearing in the 'listeners' configuration when running the KRaft controller role");
        }

        if (roles.Contains("broker", StringComparer.Ordinal) && Broker.Count == 0)
        {
            throw new ConfigException(
                "There must be at least one broker advertised listener. Perhaps all listeners appear in controller.listener.names?");
        }
    }

    private List<Listener> ReadAdvertised(ConfigValues values, string localHostName)
    {
        const string Key = "advertised.listeners";
        var isGiven = values.List(Key).Count > 0;
        var advertised = isGiven ? ReadEndpoints(values, Key) : [.. Broker];
        foreach (var listener in advertised)
        {
            CheckAdvertised(listener, isGiven);
        }

        // Nobody can connect to "every address": clients are told the machine's name instead, as Kafka does.
        return advertised.ConvertAll(listener => listener.Host.Length > 0 ? listener : listener with { Host = localHostName });
    }

    private void CheckAdvertised(Listener listener, bool isGiven)
    {
        if (listener.Host is MetaAddress or "::")
        {
            throw new ConfigException(
                $"advertised.listeners cannot use the nonroutable meta-address {listener.Host}. Use a routable IP address"
                + (isGiven ? "." : ", or set advertised.listeners to what clients shall connect to."));
        }

        if (IsController(listener.Name))
        {
            throw new ConfigException(
                "The advertised.listeners config must not contain KRaft controller listeners from controller.listener.names when process.roles contains the broker role because Kafka clients that send requests via advertised listeners do not send requests to KRaft controllers -- they only send requests to KRaft brokers.");
        }

        if (All.All(other => other.Name != listener.Name))
        {
            throw new ConfigException(
                $"advertised.listeners listener names must be equal to or a subset of the ones defined in listeners. Found {listener.Name}. The valid options based on the current configuration are {string.Join(',', All.Select(other => other.Name))}");
        }
    }

    private string ReadInterBrokerName(ConfigValues values, IReadOnlyList<string> roles)
    {
        var name = values.Find("inter.broker.listener.name");
        if (name is not null && values.IsSet("security.inter.broker.protocol"))
        {
            throw new ConfigException("Only one of inter.broker.listener.name and security.inter.broker.protocol should be set.");
        }

        name = name?.ToUpperInvariant();
        if (name is not null && roles.Contains("broker", StringComparer.Ordinal) && AdvertisedFor(name) is null)
        {
            throw new ConfigException(
                $"inter.broker.listener.name must be a listener name defined in advertised.listeners. The valid options based on currently configured listeners are {string.Join(',', Advertised.Select(other => other.Name))}");
        }

        return name ?? (Advertised.Count > 0 ? Advertised[0].Name : "PLAINTEXT");
    }

    private static string ProtocolName(SecurityProtocol protocol) => protocol switch
    {
        SecurityProtocol.Ssl => "SSL",
        SecurityProtocol.SaslPlaintext => "SASL_PLAINTEXT",
        SecurityProtocol.SaslSsl => "SASL_SSL",
        _ => "PLAINTEXT",
    };
}
