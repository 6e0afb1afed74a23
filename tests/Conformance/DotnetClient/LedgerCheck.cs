using System.Globalization;
using Confluent.Kafka;

namespace Deterministic.Conformance.DotnetClient;

/// <summary>Reads the whole topic and compares it with the ledgers of the producers and the notes of the followers.</summary>
internal sealed class LedgerCheck
{
    private const int ProblemsPrintedMax = 20;

    private readonly Dictionary<(int Producer, long Number), (int Partition, long Offset)> _found = [];
    private readonly Dictionary<(int Producer, int Partition), long> _last = [];
    private readonly SortedDictionary<string, long> _problems = new(StringComparer.Ordinal);
    private readonly List<string> _samples = [];
    private long _acknowledged;
    private long _resumes;
    private long _commits;

    public static int Run(string bootstrap, string topic, string folder)
    {
        var check = new LedgerCheck();
        var ranges = Topics.ReadAll(bootstrap, topic, check.OnRecord);
        foreach (var ledger in Directory.GetFiles(folder, "*.ledger").Order(StringComparer.Ordinal))
            check.CompareLedger(ledger);
        check.CompareNotes(Directory.GetFiles(folder, "*.notes"));
        check.CompareEnds(ranges);
        Console.WriteLine($"records in the log: {check._found.Count}; acknowledged: {check._acknowledged}; "
            + $"commits acknowledged: {check._commits}; resumes checked: {check._resumes}");
        foreach (var kind in new[] { "missing", "duplicated", "out of order", "foreign", "resumed before commit", "resumed after attempt", "gap" })
            Console.WriteLine($"  {kind}: {check._problems.GetValueOrDefault(kind)}");
        check._samples.ForEach(Console.WriteLine);
        return check._problems.Count == 0 && check._acknowledged > 0 ? 0 : 1;
    }

    private void Problem(string kind, string what)
    {
        _problems[kind] = _problems.GetValueOrDefault(kind) + 1;
        if (_samples.Count < ProblemsPrintedMax)
            _samples.Add($"    {kind}: {what}");
    }

    private void OnRecord(ConsumeResult<byte[], byte[]> record)
    {
        if (!LoadRecord.TryRead(record.Message.Key, record.Message.Value, out var producer, out var number))
        {
            Problem("foreign", $"{record.TopicPartitionOffset} holds bytes that nobody sent");
            return;
        }
        if (!_found.TryAdd((producer, number), (record.Partition, record.Offset)))
            Problem("duplicated", $"record {number} of producer {producer} at {_found[(producer, number)]} and {record.TopicPartitionOffset}");
        var lane = (producer, record.Partition.Value);
        if (_last.TryGetValue(lane, out var before) && before >= number)
            Problem("out of order", $"record {number} of producer {producer} after {before} at {record.TopicPartitionOffset}");
        _last[lane] = number;
    }

    private void CompareLedger(string path)
    {
        var producer = int.Parse(Path.GetFileNameWithoutExtension(path).Split('-')[1], CultureInfo.InvariantCulture);
        foreach (var line in File.ReadLines(path))
        {
            var parts = line.Split(' ');
            var number = long.Parse(parts[0], CultureInfo.InvariantCulture);
            var place = (int.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture));
            _acknowledged++;
            if (!_found.TryGetValue((producer, number), out var real))
                Problem("missing", $"record {number} of producer {producer}, acknowledged at {place}");
            else if (place.Item2 >= 0 && real != place)
                Problem("missing", $"record {number} of producer {producer} is at {real}, acknowledged at {place}");
        }
    }

    /// <summary>A partition is resumed at or after the last acknowledged commit, and not after the last attempted one.</summary>
    private void CompareNotes(string[] paths)
    {
        var steps = paths.SelectMany(File.ReadLines).Select(line => line.Split(' '))
            .Select(p => (Ticks: long.Parse(p[0], CultureInfo.InvariantCulture), Kind: p[1],
                Partition: int.Parse(p[2], CultureInfo.InvariantCulture), Offset: long.Parse(p[3], CultureInfo.InvariantCulture)))
            .OrderBy(step => step.Ticks);
        var committed = new Dictionary<int, long>();
        var attempted = new Dictionary<int, long>();
        foreach (var (_, kind, partition, offset) in steps)
        {
            switch (kind)
            {
                case "attempt":
                    attempted[partition] = Math.Max(offset, attempted.GetValueOrDefault(partition));
                    break;
                case "committed":
                    committed[partition] = offset;
                    _commits++;
                    break;
                case "gap":
                    Problem("gap", $"partition {partition} at {offset}");
                    break;
                case "first":
                    _resumes++;
                    if (offset < committed.GetValueOrDefault(partition))
                        Problem("resumed before commit", $"partition {partition} at {offset}, committed {committed[partition]}");
                    if (offset > attempted.GetValueOrDefault(partition))
                        Problem("resumed after attempt", $"partition {partition} at {offset}, attempted {attempted.GetValueOrDefault(partition)}");
                    break;
                default:
                    break;
            }
        }
    }

    private void CompareEnds(Dictionary<int, WatermarkOffsets> ranges)
    {
        var span = ranges.Values.Sum(range => range.High.Value - range.Low.Value);
        if (span != _found.Count)
            Problem("gap", $"the partitions span {span} offsets and hold {_found.Count} different records");
    }
}
