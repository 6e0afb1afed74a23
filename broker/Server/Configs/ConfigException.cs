namespace Deterministic.Server.Configs;

/// <summary>A config key or value is wrong; the message names the key, the value and what is allowed, in Kafka's words where it has some.</summary>
public sealed class ConfigException(string message) : Exception(message);
