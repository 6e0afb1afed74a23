using System.Text.Json.Nodes;
using Deterministic.Protocol;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>One request that both brokers are sent, and what is kept of their answers under names.</summary>
public sealed record Step(string Name, ApiInfo Api, short Version, JsonObject Body)
{
    /// <summary>Name to the path of the answer's field that later requests call by <c>$name</c>.</summary>
    public IReadOnlyDictionary<string, string> Save { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What is done to the bytes; 0 cuts nothing.</summary>
    public int CutBytes { get; init; }

    /// <summary>Bytes behind the body, in hex.</summary>
    public string Appended { get; init; } = "";

    /// <summary>How long both get to answer.</summary>
    public int WaitMs { get; init; } = 2500;

    /// <summary>A pause before it, so that what came before is known everywhere.</summary>
    public int SleepMs { get; init; }

    /// <summary>Whether it is sent until neither answers with an error: brokers that start answer later.</summary>
    public bool IsAwaited { get; init; }

    /// <summary>Whether sending it again changes nothing: then an answer that differs is asked for again.</summary>
    public bool IsReading => Api.Key is ApiKey.Metadata or ApiKey.DescribeCluster or ApiKey.DescribeConfigs or ApiKey.DescribeTopicPartitions
        or ApiKey.DescribeGroups or ApiKey.ListGroups or ApiKey.FindCoordinator or ApiKey.DescribeLogDirs or ApiKey.DescribeProducers
        or ApiKey.ListTransactions or ApiKey.DescribeTransactions or ApiKey.ConsumerGroupDescribe or ApiKey.ListOffsets
        or ApiKey.OffsetForLeaderEpoch or ApiKey.ListConfigResources or ApiKey.DescribeQuorum or ApiKey.OffsetFetch;

    /// <summary>The bytes for a peer.</summary>
    public byte[] Frame(int correlationId, Func<string, JsonNode?> resolve)
    {
        var whole = BodyWriter.Frame(Api, Version, correlationId, Body, resolve);
        byte[] frame = [.. whole[..^Math.Min(CutBytes, whole.Length - 4)], .. Convert.FromHexString(Appended)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        return frame;
    }
}
