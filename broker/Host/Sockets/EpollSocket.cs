using System.Net;
using System.Net.Sockets;
using Deterministic.Host.Posix;

namespace Deterministic.Host.Sockets;

/// <summary>The steps that make Linux sockets. Results are descriptors or, negative, error numbers. Stateless.</summary>
internal static unsafe class EpollSocket
{
    private const int AddressBytesMax = 128;
    private const int FamilyIpv4 = 2;
    private const int FamilyIpv6 = 10;

    /// <summary>A non-blocking stream socket of the address' family.</summary>
    internal static int Open(IPAddress address)
    {
        var family = address.AddressFamily == AddressFamily.InterNetworkV6 ? FamilyIpv6 : FamilyIpv4;
        return Result(LibcSockets.Open(
            family, LibcSockets.StreamSocket | LibcSockets.NonBlocking | LibcSockets.CloseOnExec, 0));
    }

    /// <summary>A listening socket. Accepted connections inherit the buffer sizes.</summary>
    internal static int Listen(IPEndPoint end, NetworkOptions options)
    {
        var fd = Open(end.Address);
        if (fd < 0)
        {
            return fd;
        }

        _ = LibcSockets.SetOption(fd, LibcSockets.SocketLevel, LibcSockets.ReuseAddress, 1);
        if (end.Address.Equals(IPAddress.IPv6Any))
        {
            _ = LibcSockets.SetOption(fd, LibcSockets.Ipv6Level, LibcSockets.Ipv6Only, 0);
        }

        SetBuffers(fd, options);
        var result = WithAddress(end, fd, static (fd, address, length) => LibcSockets.Bind(fd, (byte*)address, length));
        if (result >= 0)
        {
            result = Result(LibcSockets.Listen(fd, options.ListenBacklog));
        }

        if (result < 0)
        {
            _ = Libc.Close(fd);
            return result;
        }

        return fd;
    }

    /// <summary>The next waiting connection and who it is.</summary>
    internal static int Accept(int listener, out IPEndPoint? remote)
    {
        var address = stackalloc byte[AddressBytesMax];
        var length = AddressBytesMax;
        var fd = Result(LibcSockets.Accept(
            listener, address, &length, LibcSockets.NonBlocking | LibcSockets.CloseOnExec));
        remote = fd >= 0 ? EndOf(address, length) : null;
        return fd;
    }

    /// <summary>Begins to connect: 0, or <see cref="Errno.InProgress"/> as a negative number, or another.</summary>
    internal static int Connect(int fd, IPEndPoint end) =>
        WithAddress(end, fd, static (fd, address, length) => LibcSockets.Connect(fd, (byte*)address, length));

    /// <summary>The error that a background connect ended with; 0 for none.</summary>
    internal static int ErrorOf(int fd)
    {
        int error;
        var length = sizeof(int);
        return LibcSockets.GetOption(fd, LibcSockets.SocketLevel, LibcSockets.SocketError, &error, &length) == 0
            ? error
            : Libc.LastError;
    }

    internal static int PortOf(int fd)
    {
        var address = stackalloc byte[AddressBytesMax];
        var length = AddressBytesMax;
        return LibcSockets.LocalAddress(fd, address, &length) == 0 ? EndOf(address, length)!.Port : 0;
    }

    internal static void SetBuffers(int fd, NetworkOptions options)
    {
        if (options.SendBufferBytes != NetworkOptions.BytesOfSystem)
        {
            _ = LibcSockets.SetOption(fd, LibcSockets.SocketLevel, LibcSockets.SendBufferBytes, options.SendBufferBytes);
        }

        if (options.ReceiveBufferBytes != NetworkOptions.BytesOfSystem)
        {
            _ = LibcSockets.SetOption(
                fd, LibcSockets.SocketLevel, LibcSockets.ReceiveBufferBytes, options.ReceiveBufferBytes);
        }
    }

    /// <summary>What every stream gets. Failures do not matter: the connection works without, or is dead and says so itself.</summary>
    internal static void Tune(int fd)
    {
        _ = LibcSockets.SetOption(fd, LibcSockets.TcpLevel, LibcSockets.TcpNoDelay, 1);
        _ = LibcSockets.SetOption(fd, LibcSockets.SocketLevel, LibcSockets.KeepAlive, 1);
    }

    private static int WithAddress(IPEndPoint end, int fd, Func<int, nint, int, int> call)
    {
        var address = end.Serialize();
        fixed (byte* start = address.Buffer.Span)
        {
            return Result(call(fd, (nint)start, address.Size));
        }
    }

    private static IPEndPoint? EndOf(byte* address, int length)
    {
        var isIpv6 = *(ushort*)address == FamilyIpv6;
        var socketAddress = new SocketAddress(
            isIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, isIpv6 ? 28 : 16);
        new ReadOnlySpan<byte>(address, Math.Min(length, socketAddress.Size)).CopyTo(socketAddress.Buffer.Span);
        var template = new IPEndPoint(isIpv6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        return (IPEndPoint)template.Create(socketAddress);
    }

    private static int Result(int result) => result >= 0 ? result : -Libc.LastError;
}
