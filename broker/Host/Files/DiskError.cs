using Deterministic.Host.Posix;

namespace Deterministic.Host.Files;

/// <summary>Builds the exceptions of <see cref="OsDisk"/> and tells their kinds apart. Stateless.</summary>
public static class DiskError
{
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsWriteProtected = unchecked((int)0x80070013);

    /// <summary>The volume, or the quota on it, has no room left.</summary>
    public static bool IsFull(Exception error) => (error as IOException)?.HResult
        is Errno.NoSpace or Errno.QuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull;

    /// <summary>The volume takes no writes; Linux also turns one read-only after it lost data.</summary>
    public static bool IsReadOnly(Exception error) => (error as IOException)?.HResult
        is Errno.ReadOnlyFileSystem or WindowsWriteProtected;

    /// <summary>What a system call said, with the operation and the path it was about. HResult is the error number.</summary>
    internal static Exception Create(string operation, string path, int error)
    {
        var message = $"Cannot {operation} {path}: {Errno.TextOf(error)}";
        return error switch
        {
            Errno.NotFound => new FileNotFoundException(message, path),
            Errno.AccessDenied or Errno.NotPermitted =>
                new UnauthorizedAccessException(message, new IOException(message, error)),
            _ => new IOException(message, error),
        };
    }
}
