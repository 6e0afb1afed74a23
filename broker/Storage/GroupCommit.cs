using Deterministic.Kernel;
using Deterministic.Kernel.Metrics;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol.Compression;

namespace Deterministic.Storage;

/// <summary>
/// One shard's part of a log directory: what its logs were given in one run goes to disk as one write a log, then one flush
/// a log. Made once per shard and directory when the node starts; owned by the shard; lives as long as the node.
/// <para>The write happens at the end of the run in which <see cref="PartitionLog.AppendAsLeader"/> was called (or earlier),
/// so before anything else runs on the shard: until then, and no longer, the appended bytes must stay as they are.</para>
/// </summary>
public sealed class GroupCommit : IEndOfRun
{
    internal const int LookupBytes = 64 * 1024;

    private readonly SortedSet<PartitionLog> _logs = new(Comparer<PartitionLog>.Create(PartitionLog.CompareByName));
    private readonly List<PartitionLog> _waiting = [];
    private readonly List<PartitionLog> _committing = [];
    private byte[]? _scanWindow;
    private BatchCodecs? _codecs;

    internal GroupCommit(Shard shard, LogDirectory directory)
    {
        Shard = shard;
        Directory = directory;
    }

    /// <summary>The shard that owns every log opened through this.</summary>
    public Shard Shard { get; }

    /// <summary>The directory its logs are in.</summary>
    public LogDirectory Directory { get; }

    /// <summary>Why the directory is offline, as this shard knows it; null while it works.</summary>
    public IOException? Failure { get; private set; }

    /// <summary>Whether the directory has failed. Then nothing is written or read any more.</summary>
    public bool IsOffline => Failure is not null;

    /// <summary>How long flushes took from their begin to their end, in microseconds.</summary>
    public Histogram FlushTime { get; } = new();

    /// <inheritdoc/>
    public bool IsScheduled { get; set; }

    /// <summary>The shard's codecs, for those who look into batches.</summary>
    internal BatchCodecs Codecs => _codecs ??= new BatchCodecs(Shard.Buffers);

    internal IDisk Disk => Shard.Disk;

    internal IStorageLog Log => Directory.Log;

    /// <summary>Memory for walking over segments, shared by the logs of the shard since none keeps it between calls.</summary>
    internal byte[] ScanWindow => _scanWindow ??= new byte[LookupBytes];

    /// <inheritdoc/>
    public void OnEndOfRun()
    {
        _committing.AddRange(_waiting);
        _waiting.Clear();
        foreach (var log in _committing)
        {
            log.IsWaitingForCommit = false;
            log.WriteAppended();
        }

        foreach (var log in _committing)
        {
            log.Commit();
        }

        _committing.Clear();
    }

    internal void Schedule(PartitionLog log)
    {
        if (!log.IsWaitingForCommit)
        {
            log.IsWaitingForCommit = true;
            _waiting.Add(log);
            Shard.AtEndOfRun(this);
        }
    }

    internal void Add(PartitionLog log) => Check.That(_logs.Add(log), $"log {log.TopicPartition} is open twice");

    internal void Remove(PartitionLog log) => _logs.Remove(log);

    /// <summary>This shard met the failure: all shards are told, this one at once.</summary>
    internal void Fail(IOException error)
    {
        OnDirectoryFailed(error);
        Directory.Fail(error);
    }

    /// <summary>The directory has failed, here or on another shard.</summary>
    internal void OnDirectoryFailed(IOException error)
    {
        if (Failure is not null)
        {
            return;
        }

        Mark.Hit("log-directory.failed");
        Failure = error;
        Shard.Post(TellOwners);
        if (ReferenceEquals(Directory.FirstGroup, this))
        {
            Directory.OnFailed?.Invoke(error);
        }
    }

    private void TellOwners()
    {
        foreach (var log in _logs.ToArray())
        {
            log.Listener.OnFailed(log, Failure!);
        }
    }
}
