using System.IO.Compression;
using System.Text.Json;

namespace Deterministic.Server.Tests.Broker;

/// <summary>One case of bad input, and what Apache Kafka 4.3.1 made of it.</summary>
public sealed record GoldenErrorCase(string Name, IReadOnlyList<GoldenErrorCase.Step> Steps)
{
    /// <summary>Bytes on one connection, and what came back.</summary>
    public sealed record Step(
        byte[] Sent, int SentLength, short Key, short Version, string Outcome, IReadOnlyList<int> Errors, int SessionId, string? MemberId, int GenerationId, long ProducerId)
    {
        /// <summary>What Kafka said with the errors; null where that is not compared.</summary>
        public IReadOnlyList<string?>? Messages { get; init; }
    }

    public override string ToString() => Name;

    internal static IReadOnlyList<GoldenErrorCase> ReadAll()
    {
        using var packed = typeof(GoldenErrorCase).Assembly.GetManifestResourceStream("Golden.errors.jsonl.gz")!;
        using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        var cases = new List<GoldenErrorCase>();
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            cases.Add(new GoldenErrorCase(
                root.GetProperty("name").GetString()!,
                [.. root.GetProperty("steps").EnumerateArray().Select(ReadStep)]));
        }

        return cases;
    }

    private static Step ReadStep(JsonElement step) => new(
        Convert.FromHexString(step.GetProperty("sent").GetString()!),
        step.TryGetProperty("sentLength", out var length) ? length.GetInt32() : 0,
        step.TryGetProperty("key", out var key) ? key.GetInt16() : (short)-1,
        step.TryGetProperty("ver", out var version) ? (short)version.GetInt32() : (short)-1,
        step.GetProperty("outcome").GetString()!,
        step.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateArray().Select(e => e.GetInt32())] : [],
        step.TryGetProperty("sessionId", out var session) ? session.GetInt32() : 0,
        step.TryGetProperty("memberId", out var member) ? member.GetString() : null,
        step.TryGetProperty("generationId", out var generation) ? generation.GetInt32() : -1,
        step.TryGetProperty("producerId", out var producerId) ? producerId.GetInt64() : -1)
    {
        Messages = step.TryGetProperty("messages", out var messages) ? [.. messages.EnumerateArray().Select(m => m.GetString())] : null,
    };
}
