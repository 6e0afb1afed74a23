using System.Runtime.InteropServices;

namespace Deterministic.Host.Posix;

/// <summary>Error numbers of Linux that the broker tells apart, and their texts.</summary>
internal static class Errno
{
    internal const int NotPermitted = 1;
    internal const int NotFound = 2;
    internal const int Interrupted = 4;
    internal const int TryAgain = 11;
    internal const int OutOfMemory = 12;
    internal const int AccessDenied = 13;
    internal const int InvalidArgument = 22;
    internal const int TooManyFilesInSystem = 23;
    internal const int TooManyFiles = 24;
    internal const int NoSpace = 28;
    internal const int ReadOnlyFileSystem = 30;
    internal const int BrokenPipe = 32;
    internal const int FamilyNotSupported = 97;
    internal const int AddressInUse = 98;
    internal const int AddressNotAvailable = 99;
    internal const int ConnectionReset = 104;
    internal const int NoBuffers = 105;
    internal const int QuotaExceeded = 122;
    internal const int InProgress = 115;

    /// <summary>For example <c>No space left on device (ENOSPC)</c>.</summary>
    internal static string TextOf(int error) => $"{Marshal.GetPInvokeErrorMessage(error)} ({NameOf(error)})";

    private static string NameOf(int error) => error switch
    {
        NotPermitted => "EPERM",
        NotFound => "ENOENT",
        5 => "EIO",
        TryAgain => "EAGAIN",
        OutOfMemory => "ENOMEM",
        AccessDenied => "EACCES",
        17 => "EEXIST",
        20 => "ENOTDIR",
        21 => "EISDIR",
        InvalidArgument => "EINVAL",
        TooManyFilesInSystem => "ENFILE",
        TooManyFiles => "EMFILE",
        27 => "EFBIG",
        NoSpace => "ENOSPC",
        ReadOnlyFileSystem => "EROFS",
        BrokenPipe => "EPIPE",
        39 => "ENOTEMPTY",
        FamilyNotSupported => "EAFNOSUPPORT",
        AddressInUse => "EADDRINUSE",
        AddressNotAvailable => "EADDRNOTAVAIL",
        101 => "ENETUNREACH",
        ConnectionReset => "ECONNRESET",
        NoBuffers => "ENOBUFS",
        110 => "ETIMEDOUT",
        111 => "ECONNREFUSED",
        113 => "EHOSTUNREACH",
        QuotaExceeded => "EDQUOT",
        _ => $"errno {error}",
    };
}
