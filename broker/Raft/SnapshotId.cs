using System.Globalization;

namespace Deterministic.Raft;

/// <summary>Which part of the metadata log a snapshot stands for: everything below <paramref name="EndOffset"/>, the last of it from <paramref name="Epoch"/>.</summary>
public readonly record struct SnapshotId(long EndOffset, int Epoch) : IComparable<SnapshotId>
{
    private const int OffsetDigits = 20;
    private const int EpochDigits = 10;
    private const string Suffix = ".checkpoint";

    /// <summary>The snapshot that formatting leaves: no records of the log, only the first voters.</summary>
    public static readonly SnapshotId Bootstrap;

    /// <summary><c>00000000000000000063-0000000001.checkpoint</c>.</summary>
    public string FileName =>
        string.Create(CultureInfo.InvariantCulture, $"{EndOffset:D20}-{Epoch:D10}{Suffix}");

    /// <summary>Reads a file name; false when it is not that of a finished snapshot.</summary>
    public static bool TryParse(string fileName, out SnapshotId id)
    {
        id = default;
        if (fileName.Length != OffsetDigits + 1 + EpochDigits + Suffix.Length
            || fileName[OffsetDigits] != '-'
            || !fileName.EndsWith(Suffix, StringComparison.Ordinal)
            || !long.TryParse(fileName.AsSpan(0, OffsetDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var endOffset)
            || !int.TryParse(
                fileName.AsSpan(OffsetDigits + 1, EpochDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
        {
            return false;
        }

        id = new SnapshotId(endOffset, epoch);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(SnapshotId other) =>
        EndOffset != other.EndOffset ? EndOffset.CompareTo(other.EndOffset) : Epoch.CompareTo(other.Epoch);

    /// <summary>By end offset, then by epoch.</summary>
    public static bool operator <(SnapshotId left, SnapshotId right) => left.CompareTo(right) < 0;

    /// <summary>By end offset, then by epoch.</summary>
    public static bool operator >(SnapshotId left, SnapshotId right) => left.CompareTo(right) > 0;

    /// <summary>By end offset, then by epoch.</summary>
    public static bool operator <=(SnapshotId left, SnapshotId right) => left.CompareTo(right) <= 0;

    /// <summary>By end offset, then by epoch.</summary>
    public static bool operator >=(SnapshotId left, SnapshotId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => FileName;
}
