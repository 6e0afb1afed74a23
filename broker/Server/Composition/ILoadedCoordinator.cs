namespace Deterministic.Server.Composition;

/// <summary>A coordinator whose state is what the records of its topic say. Called on its shard.</summary>
internal interface ILoadedCoordinator
{
    /// <summary>This node leads the partition, in that leader epoch; its records follow.</summary>
    void BeginLoad(int partition, int leaderEpoch);

    /// <summary>Some whole record batches of the partition, in log order.</summary>
    void Replay(int partition, ReadOnlySpan<byte> batches);

    /// <summary>That was all.</summary>
    void EndLoad(int partition);

    /// <summary>This node leads the partition no more.</summary>
    void Unload(int partition);

    /// <summary>A topic is gone.</summary>
    void OnTopicDeleted(string topic);
}
