using Deterministic.Protocol;

namespace Deterministic.Server.Metadata;

/// <summary>Ids that stand in place of a log directory's own (KIP-858).</summary>
public static class DirectoryIds
{
    /// <summary>The record comes from before there were directory ids.</summary>
    public static readonly Uuid Migrating = Uuid.Zero;

    /// <summary>The broker has not chosen yet.</summary>
    public static readonly Uuid Unassigned = new(0, 1);

    /// <summary>The directory is offline.</summary>
    public static readonly Uuid Lost = new(0, 2);

    /// <summary>Ids up to this one are no directory's own.</summary>
    public const ulong ReservedLowMax = 99;

    /// <summary>Whether the id stands for something else than a directory.</summary>
    public static bool IsReserved(Uuid id) => id.High == 0 && id.Low <= ReservedLowMax;
}
