using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Storage;

/// <summary>Files that were renamed to .deleted and wait for their delay. Owned by the log's shard; lives until its timer fires.</summary>
internal sealed class DeletedFiles(GroupCommit group, List<string> paths)
{
    internal void Delete()
    {
        try
        {
            foreach (var path in paths)
            {
                // The partition's directory may have been renamed or removed meanwhile; then these went with it.
                if (!group.IsOffline && group.Disk.DirectoryExists(DiskPath.DirectoryOf(path)))
                {
                    group.Disk.DeleteFile(path);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Mark.Hit("log-directory.deleted-files-stay");
            group.Log.Warning($"could not delete {paths[0]} and its kin, the next start will: {e.Message}");
        }
    }
}
