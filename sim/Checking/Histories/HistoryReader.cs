using System.Text.Json;

namespace Deterministic.Checking.Histories;

/// <summary>Reads the JSON lines that <see cref="HistoryWriter"/> writes. Holds no state.</summary>
public static class HistoryReader
{
    /// <summary>Reads to the end. An error names the line.</summary>
    public static History Read(TextReader text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ops = new List<Op>();
        for (var number = 1; text.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
            {
                continue;
            }

            try
            {
                using var document = JsonDocument.Parse(line);
                ops.Add(ReadOp(document.RootElement));
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or InvalidHistoryException)
            {
                throw new InvalidHistoryException($"Line {number}: {error.Message}", error);
            }
        }

        return new History(ops);
    }

    private static Op ReadOp(JsonElement json) => new()
    {
        Index = json.GetProperty("index").GetInt32(),
        Process = json.GetProperty("process").GetInt32(),
        Type = HistoryNames.Parse<OpType>(Text(json, "type")),
        Function = HistoryNames.Parse<OpFunction>(Text(json, "f")),
        TimeNs = json.GetProperty("time").GetInt64(),
        Error = OptionalText(json, "error"),
        Producer = json.TryGetProperty("producer", out var producer) ? ReadProducer(producer) : ProducerTraits.Default,
        Consumer = json.TryGetProperty("consumer", out var consumer) ? ReadConsumer(consumer) : ConsumerTraits.Default,
        Rebalances = json.TryGetProperty("rebalances", out var rebalances)
            ? rebalances.EnumerateArray().Select(ReadRebalance).ToArray()
            : [],
        Mops = json.GetProperty("mops").EnumerateArray().Select(ReadMop).ToArray(),
    };

    private static ProducerTraits ReadProducer(JsonElement json) => new(
        json.GetProperty("idempotent").GetBoolean(),
        HistoryNames.Parse<Acks>(Text(json, "acks")),
        OptionalText(json, "transactionalId"));

    private static ConsumerTraits ReadConsumer(JsonElement json) => new(
        OptionalText(json, "group"),
        json.GetProperty("generation").GetInt32(),
        HistoryNames.Parse<IsolationLevel>(Text(json, "isolation")));

    private static Rebalance ReadRebalance(JsonElement json) => new(
        HistoryNames.Parse<RebalanceKind>(Text(json, "kind")),
        json.GetProperty("keys").EnumerateArray().Select(key => LogKey.Parse(key.GetString()!)).ToArray());

    private static Mop ReadMop(JsonElement json)
    {
        var first = json.EnumerateObject().FirstOrDefault();
        return first.Name switch
        {
            "send" => new SendMop(KeyOf(first.Value), json.GetProperty("value").GetInt64(), OptionalNumber(json, "offset"), ReadSource(json)),
            "poll" => new PollMop(first.Value.EnumerateArray().Select(ReadRecord).ToArray()),
            "commit" => new CommitOffsetMop(KeyOf(first.Value), json.GetProperty("offset").GetInt64()),
            "fetch" => new FetchOffsetMop(KeyOf(first.Value), OptionalNumber(json, "offset")),
            "log" => new LogOffsetsMop(
                KeyOf(first.Value),
                json.GetProperty("start").GetInt64(),
                json.GetProperty("stable").GetInt64(),
                json.GetProperty("high").GetInt64()),
            "assign" => new AssignMop(KeyOf(first.Value)),
            _ => throw new InvalidHistoryException(
                $"A mop begins with '{first.Name}'; send, poll, commit, fetch, log and assign are allowed."),
        };
    }

    private static RecordSource? ReadSource(JsonElement json) => json.TryGetProperty("sourceKey", out var key)
        ? new RecordSource(KeyOf(key), json.GetProperty("sourceValue").GetInt64())
        : null;

    private static PolledRecord ReadRecord(JsonElement json) => new(KeyOf(json[0]), json[1].GetInt64(), json[2].GetInt64());

    private static LogKey KeyOf(JsonElement json) => LogKey.Parse(json.GetString()!);

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new InvalidHistoryException($"{name} is null.");

    private static string? OptionalText(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static long? OptionalNumber(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetInt64() : null;
}
