using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;
using Deterministic.Tests.Shared;

namespace Deterministic.Storage.Tests;

/// <summary>One node's storage as a test drives it: a shard, a log directory, a listener that remembers.</summary>
internal sealed class LogContext : ILogListener, IStorageLog
{
    internal const string Root = "/var/data";
    internal static readonly TopicPartition Orders = new("orders", 0);
    private static readonly Uuid s_topicId = new(7, 7);
    private readonly RecordBatchBuilder _builder = new();

    internal LogContext(IDisk? disk = null, string root = Root)
    {
        Disk = disk ?? NewDisk();
        RootPath = root;
        Shard = new Shard(new ShardId(0), Clock, Disk, null!, new SeededRandom(1), static () => { });
        Directory = LogDirectory.Open(Disk, root, this, null, null);
        Group = Directory.Attach(Shard);
    }

    private static MemoryDisk NewDisk()
    {
        var disk = new MemoryDisk();
        disk.CreateDirectory(DiskPath.DirectoryOf(Root));
        disk.SyncAll();
        return disk;
    }

    internal IDisk Disk { get; }

    internal string RootPath { get; }

    internal MemoryDisk Memory => (MemoryDisk)Disk;

    internal ManualClock Clock { get; } = new();

    internal Shard Shard { get; }

    internal LogDirectory Directory { get; private set; }

    internal GroupCommit Group { get; private set; }

    internal List<long> Durable { get; } = [];

    internal List<IOException> Failures { get; } = [];

    internal List<string> Lines { get; } = [];

    public void OnDurable(PartitionLog log, long durableEndOffset) => Durable.Add(durableEndOffset);

    public void OnFailed(PartitionLog log, IOException error) => Failures.Add(error);

    public void Info(string message) => Lines.Add("info " + message);

    public void Warning(string message) => Lines.Add("warning " + message);

    public void Error(string message) => Lines.Add("error " + message);

    /// <summary>Does something on the shard, and what follows from it.</summary>
    internal void Do(Action action)
    {
        Exception? thrown = null;
        Shard.Post(() =>
        {
            try
            {
                action();
            }
            catch (Exception e) when (e is not PowerLossException)
            {
                thrown = e;
            }
        });
        while (Shard.HasWork)
        {
            Shard.Run(1);
        }

        if (thrown is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown);
        }
    }

    internal T Get<T>(Func<T> function)
    {
        T? result = default;
        Do(() => result = function());
        return result!;
    }

    internal PartitionLog OpenNew(LogConfig? config = null, TopicPartition? partition = null) =>
        Get(() => PartitionLog.Open(Group, partition ?? Orders, s_topicId, config ?? LogConfig.Default, this, LogStart.New));

    internal PartitionLog OpenExisting(LogConfig? config = null, TopicPartition? partition = null) =>
        Get(() => PartitionLog.OpenExisting(Group, partition ?? Orders, Uuid.Zero, config ?? LogConfig.Default, this));

    internal byte[] Batch(int records, long timestamp = 1000, long producerId = -1, short epoch = -1, int sequence = -1,
        bool transactional = false, string value = "value", Func<int, string>? key = null)
    {
        _builder.Begin(new BatchOptions
        {
            ProducerId = producerId,
            ProducerEpoch = epoch,
            BaseSequence = sequence,
            IsTransactional = transactional,
        });
        for (var i = 0; i < records; i++)
        {
            _builder.Append(timestamp + i, key is null ? Blob.Null : Text(key(i)), Text(value + i));
        }

        return _builder.BuildArray();
    }

    internal byte[] Marker(long producerId, short epoch, bool commit, int coordinatorEpoch = 0)
    {
        _builder.Begin(new BatchOptions { ProducerId = producerId, ProducerEpoch = epoch, IsTransactional = true, IsControl = true });
        _builder.Append(
            1000,
            ControlRecords.KeyOf(commit ? ControlRecordType.Commit : ControlRecordType.Abort),
            ControlRecords.MarkerOf(coordinatorEpoch));
        return _builder.BuildArray();
    }

    internal AppendResult Append(PartitionLog log, byte[] batch, int leaderEpoch = 0) =>
        Get(() => log.AppendAsLeader(batch, leaderEpoch));

    /// <summary>A new life on the same disk.</summary>
    internal LogContext Restart()
    {
        Directory.Dispose();
        return new LogContext(Disk, RootPath);
    }

    internal List<byte[]> ReadAll(PartitionLog log)
    {
        var batches = new List<byte[]>();
        Do(() =>
        {
            var offset = log.LogStartOffset;
            while (offset < log.LogEndOffset)
            {
                var read = log.Read(offset, 1 << 20, log.LogEndOffset, minOneBatch: true);
                Assert.Equal(ErrorCode.None, read.Error);
                if (read.IsEmpty)
                {
                    break;
                }

                var bytes = new byte[read.Range.SizeBytes];
                Assert.Equal(bytes.Length, read.Range.File.Read(read.Range.Position, bytes));
                read.Release();
                var reader = new RecordBatchReader(bytes);
                while (reader.MoveNext())
                {
                    Assert.True(reader.Current.IsCrcValid);
                    batches.Add(reader.Current.Bytes.ToArray());
                    offset = reader.Current.Header.LastOffset + 1;
                }

                Assert.Equal(bytes.Length, reader.WholeBytes);
            }
        });
        return batches;
    }

    private static Blob Text(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));
}
