namespace Deterministic.Server.Configs;

/// <summary>One endpoint of <c>listeners</c> or <c>advertised.listeners</c>. An empty host means every address of the machine.</summary>
public sealed record Listener(string Name, SecurityProtocol Protocol, string Host, int Port)
{
    /// <summary>The form of the properties file.</summary>
    public override string ToString() => $"{Name}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}
