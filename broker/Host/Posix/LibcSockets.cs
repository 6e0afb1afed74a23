using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Deterministic.Host.Posix;

/// <summary>The C library of Linux: sockets, epoll and eventfd. Any thread.</summary>
internal static unsafe partial class LibcSockets
{
    internal const int StreamSocket = 1;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int SocketLevel = 1;
    internal const int ReuseAddress = 2;
    internal const int SocketError = 4;
    internal const int SendBufferBytes = 7;
    internal const int ReceiveBufferBytes = 8;
    internal const int KeepAlive = 9;
    internal const int TcpLevel = 6;
    internal const int TcpNoDelay = 1;
    internal const int TcpCork = 3;
    internal const int Ipv6Level = 41;
    internal const int Ipv6Only = 26;
    internal const int Peek = 2;
    internal const int NoSignal = 0x4000;
    internal const int More = 0x8000;
    internal const int ShutBoth = 2;
    internal const int BrokenPipeSignal = 13;

    internal const int EpollAdd = 1;
    internal const int EpollRemove = 2;
    internal const uint Readable = 0x1;
    internal const uint Writable = 0x4;
    internal const uint Failed = 0x8;
    internal const uint HungUp = 0x10;
    internal const uint PeerClosed = 0x2000;
    internal const uint EdgeTriggered = 1u << 31;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    internal static partial int Open(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(int fd, byte* address, int addressLength);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    internal static partial int Listen(int fd, int backlog);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(int fd, byte* address, int addressLength);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    internal static partial int Accept(int fd, byte* address, int* addressLength, int flags);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int LocalAddress(int fd, byte* address, int* addressLength);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetOption(int fd, int level, int name, int* value, int valueLength);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetOption(int fd, int level, int name, int* value, int* valueLength);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(int fd, byte* buffer, nuint count, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(int fd, byte* buffer, nuint count, int flags);

    [LibraryImport(Library, EntryPoint = "sendfile", SetLastError = true)]
    internal static partial nint SendFile(int fd, SafeFileHandle file, long* position, nuint count);

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(int fd, int how);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(int epoll, int operation, int fd, byte* epollEvent);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(int epoll, byte* events, int eventsMax, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventCreate(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int fd, byte* buffer, nuint count);

    /// <summary>Sets a whole-number option; returns 0 or the error.</summary>
    internal static int SetOption(int fd, int level, int name, int value) =>
        SetOption(fd, level, name, &value, sizeof(int)) == 0 ? 0 : Libc.LastError;
}
