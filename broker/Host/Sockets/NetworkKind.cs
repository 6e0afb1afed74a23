namespace Deterministic.Host.Sockets;

/// <summary>Which implementation of the network port a node uses.</summary>
public enum NetworkKind
{
    /// <summary>What <c>DETERMINISTIC_NETWORK</c> says (<c>epoll</c> or <c>portable</c>), else epoll on Linux, else portable.</summary>
    Automatic,

    /// <summary>An epoll per shard. Linux only.</summary>
    Epoll,

    /// <summary>The sockets of .NET, completions posted to the shard.</summary>
    Portable,
}
