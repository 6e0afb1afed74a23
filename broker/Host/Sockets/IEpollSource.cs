namespace Deterministic.Host.Sockets;

/// <summary>A file descriptor's owner that an <see cref="Epoll"/> tells about readiness. Owned by the shard of its epoll.</summary>
internal interface IEpollSource
{
    /// <summary>The bits of epoll that are set now; edge-triggered.</summary>
    void OnReady(uint events);

    /// <summary>The loop ends: close.</summary>
    void Dispose();
}
