namespace Deterministic.Server.Connections;

/// <summary>What a request under way holds or waits for beyond its own memory: told how the connection fares.</summary>
public interface IExchangeResource
{
    /// <summary>The response was sent, or dropped with its connection. Called once, on the home shard.</summary>
    void OnSent();

    /// <summary>The client left or the broker stops: whatever is waited for, answer now. May be called when that happened already.</summary>
    void OnHurry();
}
