using Deterministic.Kernel.Ports;

namespace Deterministic.Simulator.Disks;

/// <summary>A file or a directory, and where it hangs now. Survives processes; owned by one disk.</summary>
internal abstract class DiskNode
{
    /// <summary>The directory that names it; null for the root and for what has no name any more.</summary>
    internal DirectoryNode? Parent { get; set; }

    /// <summary>Its name there.</summary>
    internal string Name { get; set; } = "";

    /// <summary>Whether its directory names it; a file without a name lives on in who has it open.</summary>
    internal bool IsNamed => Parent is not null;

    /// <summary>Its path, or what is left of it.</summary>
    internal string Path => Parent is null ? Name : DiskPath.Join(Parent.Parent is null ? "/" : Parent.Path, Name);
}
