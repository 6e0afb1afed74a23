using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Faults;

namespace Deterministic.Simulator.Disks;

/// <summary>
/// What goes wrong with a disk: switches that a fault plan sets and resets, odds out of 1000 calls, and damage that it asks for.
/// All are off at first, save that a loss of power loses. Owned by its <see cref="SimDisk"/>.
/// </summary>
public sealed class DiskFaults
{
    private const int TriesMax = 16;

    private readonly SimDisk _disk;
    private readonly List<DiskOverlay> _overlays = [];

    internal DiskFaults(SimDisk disk) => _disk = disk;

    /// <summary>Which files may lose bytes that were durable: what damage keeps to. None by default.</summary>
    public Func<string, bool> MayHarm { get; set; } = static _ => false;

    /// <summary>Which paths calls fail for. All by default.</summary>
    public Func<string, bool> Strikes { get; set; } = static _ => true;

    /// <summary>Whether a loss of power may lose writes that were not flushed.</summary>
    public bool LosesWrites { get; set; } = true;

    /// <summary>Whether it may lose a part of what was written to a file, sector by sector, and not all or nothing.</summary>
    public bool TearsWrites { get; set; } = true;

    /// <summary>Whether it may lose creations, renames and deletions that were not synced.</summary>
    public bool LosesNames { get; set; } = true;

    /// <summary>The directory on a device that is gone for now: every call for what is in it fails. Null for none.</summary>
    public string? FailedDirectory { get; set; }

    /// <summary>Odds that a read fails.</summary>
    public int ReadErrorPerMille { get; set; }

    /// <summary>Odds that a write fails; a part of it may have landed.</summary>
    public int WriteErrorPerMille { get; set; }

    /// <summary>Odds that a creation, rename, deletion or sync of names fails, before its effect or after.</summary>
    public int NameErrorPerMille { get; set; }

    /// <summary>Odds that a flush fails and gives up what it should have made durable, so that the next one succeeds.</summary>
    public int FlushFailurePerMille { get; set; }

    /// <summary>Odds that a flush brings some sectors of a file that may be harmed to another place, in a file that may be harmed.</summary>
    public int MisdirectPerMille { get; set; }

    /// <summary>
    /// Odds that a sector that is overwritten before it was flushed had reached the device ahead of that, so that a loss of power can
    /// leave what was written in between.
    /// </summary>
    public int WriteBackPerMille { get; set; }

    /// <summary>How many times longer flushes take.</summary>
    public int SlowFactor { get; set; } = 1;

    /// <summary>Bytes on the volume that are somebody else's.</summary>
    public long OtherBytes { get; private set; }

    /// <summary>World time, in microseconds, before which no flush completes.</summary>
    public long StalledUntilUs { get; private set; }

    /// <summary>What is damaged now, oldest first.</summary>
    public IReadOnlyList<DiskOverlay> Overlays
    {
        get
        {
            _overlays.RemoveAll(overlay => !overlay.File.IsNamed || overlay.File.Overlays?.Contains(overlay) != true);
            return _overlays;
        }
    }

    /// <summary>Whether calls fail, wait or damage more than they would on a sound disk. Damage that was done before does not count.</summary>
    public bool IsOn => FailedDirectory is not null || ReadErrorPerMille + WriteErrorPerMille + NameErrorPerMille + FlushFailurePerMille + MisdirectPerMille > 0
        || SlowFactor > 1 || OtherBytes > 0 || StalledUntilUs > _disk.World.NowUs;

    /// <summary>Somebody else fills the volume until so many bytes are free.</summary>
    public void FillUp(long freeBytes) => OtherBytes = Math.Max(0, _disk.CapacityBytes - _disk.Volume.UsedBytes - freeBytes);

    /// <summary>Somebody else deletes his files.</summary>
    public void FreeUp() => OtherBytes = 0;

    /// <summary>No flush completes before that world time, in microseconds.</summary>
    public void Stall(long untilUs) => StalledUntilUs = untilUs;

    /// <summary>What waits goes on.</summary>
    public void EndStall()
    {
        StalledUntilUs = 0;
        _disk.ReleaseStalled();
    }

    /// <summary>A chosen bit of a chosen file that may be harmed flips on the device, where it was durable; null when there is no such place.</summary>
    public DiskOverlay? FlipBit()
    {
        if (PickPlace(1, alignment: 1) is not { } place)
        {
            return null;
        }

        var bytes = new byte[1];
        place.File.Read(place.Position, bytes);
        bytes[0] ^= (byte)(1 << Choices.Next(8, "disk.bit"));
        return Damage(FaultKind.BitRot, place.File, place.Position, bytes.Length, bytes);
    }

    /// <summary>A chosen sector of a chosen file that may be harmed cannot be read until it is overwritten; null when there is no such place.</summary>
    public DiskOverlay? FailSector() => PickPlace(FilePage.SectorBytes, FilePage.SectorBytes) is { } place
        ? Damage(FaultKind.BitRot, place.File, place.Position, place.Length, bytes: null)
        : null;

    /// <summary>Takes damage away: the right bytes are there again.</summary>
    public void Remove(DiskOverlay overlay)
    {
        overlay.File.Remove(overlay);
        _overlays.Remove(overlay);
    }

    /// <summary>Calls succeed and take their time from now on, and what was damaged and not overwritten is whole again.</summary>
    public void Heal()
    {
        FailedDirectory = null;
        ReadErrorPerMille = 0;
        WriteErrorPerMille = 0;
        NameErrorPerMille = 0;
        FlushFailurePerMille = 0;
        MisdirectPerMille = 0;
        SlowFactor = 1;
        FreeUp();
        EndStall();
        foreach (var overlay in Overlays.ToList())
        {
            Remove(overlay);
        }
    }

    private Choices Choices => _disk.World.Choices;

    /// <summary>Forgets damage of files that are gone with their disk.</summary>
    internal void Forget() => _overlays.Clear();

    internal bool IsReadFailing(string path) => IsStruck(ReadErrorPerMille, path, "disk.read-error");

    internal bool IsWriteFailing(string path) => IsStruck(WriteErrorPerMille, path, "disk.write-error");

    internal bool IsNameFailing(string path) => IsStruck(NameErrorPerMille, path, "disk.name-error");

    internal bool IsWrittenBackEarly() => Choices.Chance(WriteBackPerMille, "disk.write-back");

    /// <summary>Whether a flush of the file fails; if so it has given up what was under way.</summary>
    internal bool IsFlushFailing(FileNode file, string path)
    {
        if (IsGone(path))
        {
            Count(FaultKind.DiskError, path);
            file.FailFlush(0, evicted: false);
            return true;
        }

        if (FlushFailurePerMille == 0 || !Strikes(path) || !Choices.Chance(FlushFailurePerMille, "disk.flush-failure"))
        {
            return false;
        }

        Count(FaultKind.FlushFailure, path);
        var arrived = Choices.Next(file.CountPagesInFlight() + 1, "disk.flush-failure-arrived");
        file.FailFlush(arrived, evicted: Choices.Next(2, "disk.flush-failure-evicts") == 1);
        return true;
    }

    /// <summary>Before a flush of the file ends: whether some of its sectors go astray, and the damage to do once it has ended.</summary>
    internal Action? Misdirect(FileNode file)
    {
        if (MisdirectPerMille == 0 || file.CountPagesInFlight() == 0 || !file.IsNamed || !MayHarm(file.Path)
            || !Choices.Chance(MisdirectPerMille, "disk.misdirect"))
        {
            return null;
        }

        var (position, before, after) = file.SectorsInFlight(Choices.Next(file.CountPagesInFlight(), "disk.misdirect-page"));
        return Misdirection(file, position, before, after);
    }

    /// <summary>How many bytes of a write that fails have landed; 0 is the quiet choice.</summary>
    internal int PartThatLands(long bytes) =>
        Choices.Next((int)Math.Min(int.MaxValue - 1, Math.Max(0, bytes)) + 1, "disk.write-landed");

    /// <summary>What a flush takes now, in microseconds.</summary>
    internal long FlushLatencyUs(long soundUs)
    {
        if (SlowFactor > 1 || StalledUntilUs > _disk.World.NowUs)
        {
            _disk.World.FaultCounts.Add(FaultKind.SlowDisk);
        }

        return soundUs * SlowFactor;
    }

    internal void Count(FaultKind kind, string path)
    {
        _disk.World.FaultCounts.Add(kind);
        _disk.World.Log?.Add(_disk.World.NowUs, _disk.World.Events, _disk.Node, $"{kind} {path}");
    }

    private Action Misdirection(FileNode file, long position, byte[] before, byte[] after) => () =>
    {
        var length = (int)Math.Min(before.Length, file.Length - position);
        if (length <= 0 || !file.IsSound(position, length))
        {
            return;
        }

        Damage(FaultKind.MisdirectedWrite, file, position, length, before[..length]);
        if (PickPlace(after.Length, FilePage.SectorBytes) is { } place)
        {
            Damage(FaultKind.MisdirectedWrite, place.File, place.Position, place.Length, after[..place.Length]);
        }
    };

    private bool IsGone(string path) => FailedDirectory is { } gone
        && path.StartsWith(gone, StringComparison.Ordinal) && (path.Length == gone.Length || path[gone.Length] == '/');

    private bool IsStruck(int perMille, string path, string tag)
    {
        if (IsGone(path))
        {
            Count(FaultKind.DiskError, path);
            return true;
        }

        if (perMille == 0 || !Strikes(path) || !Choices.Chance(perMille, tag))
        {
            return false;
        }

        Count(FaultKind.DiskError, path);
        return true;
    }

    private DiskOverlay Damage(FaultKind kind, FileNode file, long position, int length, byte[]? bytes)
    {
        var overlay = new DiskOverlay(kind, file, position, length, bytes);
        file.Add(overlay);
        _overlays.Add(overlay);
        Count(kind, $"{file.Path} at {position}");
        return overlay;
    }

    private (FileNode File, long Position, int Length)? PickPlace(int length, int alignment)
    {
        var files = new List<FileNode>();
        _disk.Volume.Root.Collect(files, file => file.Length > 0 && MayHarm(file.Path));
        for (var i = 0; i < TriesMax && files.Count > 0; i++)
        {
            var file = Choices.Pick(files, "disk.damage-file");
            var places = (file.Length + alignment - 1) / alignment;
            var position = Choices.Next((int)Math.Min(int.MaxValue, places), "disk.damage-position") * (long)alignment;
            var count = (int)Math.Min(length, file.Length - position);
            if (file.IsSound(position, count))
            {
                return (file, position, count);
            }
        }

        return null;
    }
}
