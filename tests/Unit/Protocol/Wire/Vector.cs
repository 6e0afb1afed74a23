using Deterministic.Tests.Shared;

namespace Deterministic.Protocol.Tests.Wire;

/// <summary>Bytes and values of a message that Kafka's own classes wrote.</summary>
public sealed record Vector(MessageType Type, short Version, string Kind, byte[] Bytes, string Values)
{
    public static IReadOnlyList<Vector> All { get; } = [.. Golden.Lines("Protocol/vectors.tsv.gz").Select(Parse)];

    public override string ToString() => $"{Type.Name} v{Version} {Kind}";

    private static Vector Parse(string line)
    {
        var columns = line.Split('\t');
        return new Vector(
            MessageType.Of(columns[0]), short.Parse(columns[1]), columns[2], Convert.FromHexString(columns[3]), columns[4]);
    }
}
