namespace Deterministic.Server.Configs;

/// <summary>How a listener protects its connections, numbered as BrokerRegistration writes it.</summary>
public enum SecurityProtocol : short
{
    Plaintext = 0,
    Ssl = 1,
    SaslPlaintext = 2,
    SaslSsl = 3,
}
