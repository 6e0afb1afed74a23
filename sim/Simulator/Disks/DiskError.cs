namespace Deterministic.Simulator.Disks;

/// <summary>What Linux says when a call fails; HResult is the error number, as the product's own disk reports it.</summary>
internal static class DiskError
{
    private const int Io = 5;
    private const int NotEmpty = 39;
    private const int NoSpace = 28;
    private const int CrossDevice = 18;

    internal static IOException InputOutput(string operation, string path) => Of(operation, path, "Input/output error", Io);

    internal static IOException Full(string operation, string path) => Of(operation, path, "No space left on device", NoSpace);

    internal static IOException InTheWay(string operation, string path) => Of(operation, path, "Directory not empty", NotEmpty);

    internal static IOException AcrossDirectories(string operation, string path) => Of(operation, path, "Invalid cross-device link", CrossDevice);

    private static IOException Of(string operation, string path, string text, int number) =>
        new($"Cannot {operation} {path}: {text}", number);
}
