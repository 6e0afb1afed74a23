using System.Text.Json;

namespace Deterministic.Checking.Histories;

/// <summary>Writes histories as JSON lines (the README of this folder describes them). Holds no state.</summary>
public static class HistoryWriter
{
    private static readonly byte[] s_lineEnd = "\n"u8.ToArray();

    /// <summary>Writes one line for each op; the stream stays open.</summary>
    public static void Write(History history, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(stream);
        using var json = new Utf8JsonWriter(stream);
        foreach (var op in history.Ops)
        {
            WriteOp(json, op);
            json.Flush();
            json.Reset();
            stream.Write(s_lineEnd);
        }
    }

    private static void WriteOp(Utf8JsonWriter json, Op op)
    {
        json.WriteStartObject();
        json.WriteNumber("index", op.Index);
        json.WriteNumber("process", op.Process);
        json.WriteString("type", HistoryNames.Of(op.Type));
        json.WriteString("f", HistoryNames.Of(op.Function));
        json.WriteNumber("time", op.TimeNs);
        if (op.Error is not null)
        {
            json.WriteString("error", op.Error);
        }

        WriteTraits(json, op);
        if (op.Rebalances.Count > 0)
        {
            WriteRebalances(json, op.Rebalances);
        }

        json.WriteStartArray("mops");
        foreach (var mop in op.Mops)
        {
            json.WriteStartObject();
            WriteMop(json, mop);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTraits(Utf8JsonWriter json, Op op)
    {
        if (op.Producer != ProducerTraits.Default)
        {
            json.WriteStartObject("producer");
            json.WriteBoolean("idempotent", op.Producer.Idempotent);
            json.WriteString("acks", HistoryNames.Of(op.Producer.Acks));
            WriteOptional(json, "transactionalId", op.Producer.TransactionalId);
            json.WriteEndObject();
        }

        if (op.Consumer != ConsumerTraits.Default)
        {
            json.WriteStartObject("consumer");
            WriteOptional(json, "group", op.Consumer.Group);
            json.WriteNumber("generation", op.Consumer.Generation);
            json.WriteString("isolation", HistoryNames.Of(op.Consumer.Isolation));
            json.WriteEndObject();
        }
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteRebalances(Utf8JsonWriter json, IReadOnlyList<Rebalance> rebalances)
    {
        json.WriteStartArray("rebalances");
        foreach (var rebalance in rebalances)
        {
            json.WriteStartObject();
            json.WriteString("kind", HistoryNames.Of(rebalance.Kind));
            json.WriteStartArray("keys");
            foreach (var key in rebalance.Keys)
            {
                json.WriteStringValue(key.ToString());
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMop(Utf8JsonWriter json, Mop mop)
    {
        switch (mop)
        {
            case SendMop send:
                WriteSend(json, send);
                break;
            case PollMop poll:
                WritePoll(json, poll);
                break;
            case CommitOffsetMop commit:
                json.WriteString("commit", commit.Key.ToString());
                json.WriteNumber("offset", commit.Offset);
                break;
            case FetchOffsetMop fetch:
                json.WriteString("fetch", fetch.Key.ToString());
                WriteOptional(json, "offset", fetch.Offset);
                break;
            case LogOffsetsMop log:
                json.WriteString("log", log.Key.ToString());
                json.WriteNumber("start", log.LogStart);
                json.WriteNumber("stable", log.LastStable);
                json.WriteNumber("high", log.HighWatermark);
                break;
            case AssignMop assign:
                json.WriteString("assign", assign.Key.ToString());
                break;
            default:
                throw new InvalidHistoryException($"{mop.GetType().Name} has no form in a file.");
        }
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteSend(Utf8JsonWriter json, SendMop send)
    {
        json.WriteString("send", send.Key.ToString());
        json.WriteNumber("value", send.Value);
        WriteOptional(json, "offset", send.Offset);
        if (send.Source is { } source)
        {
            json.WriteString("sourceKey", source.Key.ToString());
            json.WriteNumber("sourceValue", source.Value);
        }
    }

    private static void WritePoll(Utf8JsonWriter json, PollMop poll)
    {
        json.WriteStartArray("poll");
        foreach (var record in poll.Records)
        {
            json.WriteStartArray();
            json.WriteStringValue(record.Key.ToString());
            json.WriteNumberValue(record.Offset);
            json.WriteNumberValue(record.Value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
