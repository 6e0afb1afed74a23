namespace Deterministic.Simulator.Disks;

/// <summary>
/// A change of one name of a directory. <paramref name="Operation"/> numbers the call that made it: a rename changes two names in
/// one step.
/// </summary>
internal readonly record struct NameChange(int Operation, string Name, DiskNode? Before, DiskNode? After);
