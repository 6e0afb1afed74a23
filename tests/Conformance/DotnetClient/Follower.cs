using System.Globalization;
using Confluent.Kafka;

namespace Deterministic.Conformance.DotnetClient;

/// <summary>
/// A member of a group that commits as it goes and notes every step with its time: first (the offset it began a
/// partition at), attempt and committed (offsets of its commits), gap (an offset that does not follow the one before).
/// Not a static member: one whose join was taken by a broker that died before it answered is fenced, as the protocol says.
/// </summary>
internal sealed class Follower : IDisposable
{
    private const int CommitEveryRecords = 500;
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly StreamWriter _notes;
    private readonly Dictionary<int, long> _next = [];
    private long _seen;

    private Follower(string bootstrap, string group, string file)
    {
        _notes = new StreamWriter(file, append: true) { AutoFlush = true };
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = group,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            HeartbeatIntervalMs = 500,
            SessionTimeoutMs = 6_000,
            ReconnectBackoffMs = 50,
            ReconnectBackoffMaxMs = 500,
            CheckCrcs = true,
        };
        _consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, log) => Console.Error.WriteLine($"{DateTime.UtcNow:O} {log.Facility} {log.Message}"))
            .SetPartitionsAssignedHandler((_, assigned) => assigned.ForEach(p => _next.Remove(p.Partition)))
            .Build();
    }

    public static int Run(string bootstrap, string group, string topic, string file, CancellationToken stop)
    {
        using var follower = new Follower(bootstrap, group, file);
        follower._consumer.Subscribe(topic);
        follower.Follow(stop);
        return 0;
    }

    private void Follow(CancellationToken stop)
    {
        var sinceCommit = 0;
        while (!stop.IsCancellationRequested)
        {
            var record = _consumer.Consume(s_poll);
            if (record is not null)
            {
                OnRecord(record);
                sinceCommit++;
            }
            if (sinceCommit >= CommitEveryRecords || (record is null && sinceCommit > 0))
            {
                MaybeCommit();
                sinceCommit = 0;
            }
        }
        Note("read", -1, _seen);
    }

    private void OnRecord(ConsumeResult<byte[], byte[]> record)
    {
        _seen++;
        if (!_next.TryGetValue(record.Partition, out var expected))
            Note("first", record.Partition, record.Offset);
        else if (record.Offset != expected)
            Note("gap", record.Partition, record.Offset);
        _next[record.Partition] = record.Offset + 1;
    }

    private void MaybeCommit()
    {
        var offsets = _consumer.Assignment.Where(p => _next.ContainsKey(p.Partition))
            .Select(p => new TopicPartitionOffset(p, _next[p.Partition])).ToList();
        if (offsets.Count == 0)
            return;
        offsets.ForEach(o => Note("attempt", o.Partition, o.Offset));
        try
        {
            _consumer.Commit(offsets);
            offsets.ForEach(o => Note("committed", o.Partition, o.Offset));
        }
        catch (KafkaException error)
        {
            Note($"refused:{error.Error.Code}", -1, 0);
        }
    }

    private void Note(string kind, int partition, long offset) => _notes.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{DateTime.UtcNow.Ticks} {kind} {partition} {offset}"));

    /// <summary>Leaves the group without committing, so that the next run starts where the last commit was.</summary>
    public void Dispose()
    {
        _consumer.Dispose();
        _notes.Dispose();
    }
}
