namespace Deterministic.Simulator.Disks;

/// <summary>
/// A copy of all that a disk held at a moment, as the page cache had it: to be put back later, or into another machine. Lives as
/// long as whoever keeps it.
/// </summary>
public sealed class DiskImage
{
    private readonly Volume _volume;

    internal DiskImage(Volume volume) => _volume = volume.Copy();

    internal Volume ToVolume() => _volume.Copy();
}
