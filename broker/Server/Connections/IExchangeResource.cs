namespace Deterministic.Server.Connections;

/// <summary>What a response holds until it was sent, such as the segments of its file ranges.</summary>
public interface IExchangeResource
{
    /// <summary>The response was sent, or dropped with its connection. Called once, on the home shard.</summary>
    void OnSent();
}
