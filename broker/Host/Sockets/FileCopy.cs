using System.Runtime.CompilerServices;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Sockets;

/// <summary>Sends a range of a file by reading it, where the kernel cannot do it alone. Stateless.</summary>
internal static class FileCopy
{
    /// <summary>Bytes read at a time.</summary>
    internal const int ChunkBytes = 64 * 1024;

    /// <summary>A file that is shorter than announced ends the connection, since what follows would be taken for its bytes.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal static async ValueTask SendAsync(INetworkStream stream, IFile file, long position, int count, bool more)
    {
        var buffer = Shard.Current.Buffers.Rent(Math.Min(count, ChunkBytes));
        try
        {
            while (count > 0)
            {
                var chunk = buffer.Memory[..Math.Min(count, buffer.Length)];
                var read = file.Read(position, chunk.Span);
                if (read < chunk.Length)
                {
                    stream.Dispose();
                    throw NetworkError.FileTooShort(stream.RemoteAddress, file.Path, position + read, count - read);
                }

                position += read;
                count -= read;
                await stream.SendAsync(chunk, more || count > 0);
            }
        }
        finally
        {
            buffer.Release();
        }
    }
}
