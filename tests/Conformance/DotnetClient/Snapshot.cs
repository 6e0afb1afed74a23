using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Confluent.Kafka;

namespace Deterministic.Conformance.DotnetClient;

/// <summary>A digest of what a broker serves: for each partition offsets, count and a hash over every record; for each group its offsets.</summary>
internal static class Snapshot
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public static int Print(string bootstrap, string[] arguments)
    {
        var groups = new SortedDictionary<string, object>(StringComparer.Ordinal);
        var topics = new List<string>();
        var wanted = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (string.Equals(arguments[i], "--group", StringComparison.Ordinal))
                wanted.Add(arguments[++i]);
            else
                topics.Add(arguments[i]);
        }
        foreach (var group in wanted)
            groups[group] = CommittedOffsets(bootstrap, group, topics);
        var contents = topics.Order(StringComparer.Ordinal)
            .ToDictionary(t => t, t => Digest(bootstrap, t), StringComparer.Ordinal);
        Console.WriteLine(JsonSerializer.Serialize(new { topics = contents, groups }, s_json));
        return 0;
    }

    private static SortedDictionary<int, object> Digest(string bootstrap, string topic)
    {
        var hashes = new SortedDictionary<int, (IncrementalHash Hash, long Count)>();
        var ranges = Topics.ReadAll(bootstrap, topic, record =>
        {
            if (!hashes.TryGetValue(record.Partition, out var so))
                so = (IncrementalHash.CreateHash(HashAlgorithmName.SHA256), 0);
            Add(so.Hash, record);
            hashes[record.Partition] = (so.Hash, so.Count + 1);
        });
        var digest = new SortedDictionary<int, object>();
        foreach (var (partition, range) in ranges)
        {
            var (hash, count) = hashes.GetValueOrDefault(partition);
            var text = hash is null ? "" : Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
            digest[partition] = new { start = range.Low.Value, end = range.High.Value, records = count, sha256 = text };
            hash?.Dispose();
        }
        return digest;
    }

    private static void Add(IncrementalHash hash, ConsumeResult<byte[], byte[]> record)
    {
        var message = record.Message;
        hash.AppendData(BitConverter.GetBytes(record.Offset.Value));
        hash.AppendData(BitConverter.GetBytes(message.Timestamp.UnixTimestampMs));
        hash.AppendData(BitConverter.GetBytes((int)message.Timestamp.Type));
        AddBytes(hash, message.Key);
        AddBytes(hash, message.Value);
        foreach (var header in message.Headers)
        {
            AddBytes(hash, System.Text.Encoding.UTF8.GetBytes(header.Key));
            AddBytes(hash, header.GetValueBytes());
        }
    }

    private static void AddBytes(IncrementalHash hash, byte[]? bytes)
    {
        hash.AppendData(BitConverter.GetBytes(bytes?.Length ?? -1));
        hash.AppendData(bytes ?? []);
    }

    private static SortedDictionary<string, long> CommittedOffsets(string bootstrap, string group, List<string> topics)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(
            new ConsumerConfig { BootstrapServers = bootstrap, GroupId = group, EnableAutoCommit = false }).Build();
        var committed = consumer.Committed(topics.SelectMany(t => Topics.Partitions(bootstrap, t)), TimeSpan.FromSeconds(60));
        var found = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var offset in committed.Where(o => o.Offset != Offset.Unset))
            found[string.Create(CultureInfo.InvariantCulture, $"{offset.Topic}-{offset.Partition.Value}")] = offset.Offset.Value;
        return found;
    }
}
