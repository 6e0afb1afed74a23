namespace Deterministic.Kernel.Ports;

/// <summary>Joins and splits the paths of <see cref="IDisk"/>.</summary>
public static class DiskPath
{
    /// <summary><paramref name="directory"/>/<paramref name="name"/>.</summary>
    public static string Join(string directory, string name) =>
        directory.EndsWith('/') ? directory + name : directory + "/" + name;

    /// <summary>What stands behind the last slash.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>What stands before the last slash.</summary>
    public static string DirectoryOf(string path) => path[..path.LastIndexOf('/')];
}
