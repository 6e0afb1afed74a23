using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Tests;

/// <summary>A folder of one test, deleted with it.</summary>
internal sealed class TestFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("deterministic-").FullName;

    internal string this[string name] => DiskPath.Join(Path, name);

    internal IFile Create(Shard shard, string name, byte[] content)
    {
        var file = shard.Disk.Open(this[name], FileOpening.Empty);
        file.Write(0, content);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
