using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using Deterministic.Protocol;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// Frames that Apache Kafka 4.3.1 was sent on one connection: bad input of every kind, and good input between. Immutable; read
/// once from what the broker's own tests replay.
/// </summary>
internal sealed record RecordedRequest(string Name, IReadOnlyList<byte[]> Frames, bool WasRefused)
{
    private const string Resource = "Deterministic.Simulator.Clients.errors.jsonl.gz";

    /// <summary>The shortest frame that has a whole header.</summary>
    private const int WholeBytesMin = 14;

    /// <summary>All that were recorded whole.</summary>
    internal static IReadOnlyList<RecordedRequest> All { get; } = Read();

    /// <summary>Those whose bytes may be changed: whatever comes of it concerns few and small things.</summary>
    internal static IReadOnlyList<RecordedRequest> Changeable { get; } = [.. All.Where(recorded => recorded.IsFramed && !recorded.Frames.Any(ChangesMuch))];

    /// <summary>Whether each frame is one request, so that answers can be told apart.</summary>
    internal bool IsFramed => Frames.All(IsOneRequest);

    private static bool IsOneRequest(byte[] frame) =>
        frame.Length >= WholeBytesMin && BinaryPrimitives.ReadInt32BigEndian(frame) == frame.Length - RequestCodec.SizeBytes;

    private static bool ChangesMuch(byte[] frame) =>
        IsOf(frame, ApiKey.CreateTopics) || IsOf(frame, ApiKey.AlterConfigs) || IsOf(frame, ApiKey.IncrementalAlterConfigs) || IsOf(frame, ApiKey.UpdateFeatures);

    private static bool IsOf(byte[] frame, ApiKey api) => BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(RequestCodec.SizeBytes)) == (short)api;

    private static List<RecordedRequest> Read()
    {
        using var packed = typeof(RecordedRequest).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not in this assembly");
        using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        var all = new List<RecordedRequest>();
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var steps = json.RootElement.GetProperty("steps").EnumerateArray().ToList();
            if (!steps.Exists(step => step.TryGetProperty("sentLength", out _)))
            {
                all.Add(new RecordedRequest(
                    json.RootElement.GetProperty("name").GetString()!,
                    [.. steps.Select(step => Convert.FromHexString(step.GetProperty("sent").GetString()!))],
                    steps.TrueForAll(step => step.GetProperty("outcome").GetString() == "closed")));
            }
        }

        return all;
    }
}
