namespace Deterministic.Server.Metadata;

/// <summary>Where clients reach a broker or controller by one listener. <paramref name="SecurityProtocol"/>: 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL.</summary>
public sealed record ListenerEndpoint(string ListenerName, string Host, int Port, short SecurityProtocol);
