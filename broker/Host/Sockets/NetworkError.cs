using System.Net.Sockets;
using Deterministic.Host.Posix;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Sockets;

/// <summary>The messages of the network: what, where, and for an operator what to do. Stateless.</summary>
internal static class NetworkError
{
    internal static NetworkException Closed(string peer) => new($"the connection with {peer} was closed on this side");

    internal static NetworkException Broken(string peer, string doing, string reason) =>
        new($"the connection with {peer} broke while {doing}: {reason}");

    internal static NetworkException FileTooShort(string peer, string path, long end, long left) =>
        new($"the connection with {peer} was closed: {path} ends at {end}, and {left} more bytes of it were announced");

    internal static NetworkException ListenerClosed(string address) => new($"the listener on {address} was closed");

    internal static NetworkException CannotConnect(string address, string reason) =>
        new($"cannot connect to {address}: {reason}");

    internal static NetworkException UnknownName(string host, string reason, Exception? inner = null) =>
        new($"the host name {host} cannot be resolved: {reason}", inner);

    internal static NetworkException CannotListen(string host, int port, int error) => CannotListen(host, port, error switch
    {
        Errno.AddressInUse => SocketError.AddressAlreadyInUse,
        Errno.AddressNotAvailable => SocketError.AddressNotAvailable,
        Errno.AccessDenied or Errno.NotPermitted => SocketError.AccessDenied,
        _ => SocketError.SocketError,
    }, Errno.TextOf(error));

    internal static NetworkException CannotListen(string host, int port, SocketError error, string reason) =>
        new($"cannot listen on {AddressOf(host, port)}: " + error switch
        {
            SocketError.AddressAlreadyInUse =>
                "another process listens there already; stop it, or give this listener another port",
            SocketError.AddressNotAvailable =>
                "this machine does not have that address; use one of its own, or 0.0.0.0 for all of them",
            SocketError.AccessDenied =>
                "permission denied; ports below 1024 are for privileged processes, use a higher one",
            _ => reason,
        });

    internal static string AddressOf(string host, int port) =>
        host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
}
