using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// The fetch session (KIP-227) of a consumer with one broker, as clients keep it: the first request names all partitions,
/// later ones what changed. Owned by its consumer; without sessions every request names all.
/// </summary>
internal sealed class ConsumerSession(bool isUsed)
{
    private const int InitialEpoch = 0;
    private const int NoSessionEpoch = -1;

    private readonly List<(ConsumedPartition Partition, Uuid TopicId, long Offset)> _known = [];
    private int _sessionId;
    private int _epoch;

    /// <summary>Puts into a request what the broker does not know yet.</summary>
    internal void Fill(
        ref FetchRequest request, IReadOnlyList<ConsumedPartition> partitions, int partitionMaxBytes, bool namesIds, Func<ConsumedPartition, int> leaderEpochOf)
    {
        request.SessionId = isUsed ? _sessionId : 0;
        request.SessionEpoch = isUsed ? _epoch : NoSessionEpoch;
        var isIncremental = isUsed && _epoch > InitialEpoch;
        var changed = isIncremental
            ? partitions.Where(partition => !_known.Contains((partition, partition.TopicId, partition.Position!.Value)))
            : partitions;
        foreach (var topic in changed.GroupBy(partition => (partition.TopicNumber, partition.TopicId)))
        {
            var asked = new FetchRequest.FetchTopic { Topic = topic.First().Topic, TopicId = topic.First().TopicId };
            foreach (var partition in topic)
            {
                asked.Partitions.Add(new FetchRequest.FetchPartition
                {
                    Partition = partition.Partition, FetchOffset = partition.Position!.Value, PartitionMaxBytes = partitionMaxBytes,
                    CurrentLeaderEpoch = leaderEpochOf(partition),
                });
            }

            request.Topics.Add(asked);
        }

        if (isIncremental)
        {
            Forget(ref request, partitions, namesIds);
        }

        _known.Clear();
        _known.AddRange(partitions.Select(partition => (partition, partition.TopicId, partition.Position!.Value)));
    }

    /// <summary>The broker took the request in.</summary>
    internal void OnAnswer(int sessionId)
    {
        if (!isUsed || sessionId == 0)
        {
            Reset();
            return;
        }

        _sessionId = sessionId;
        _epoch = _epoch == int.MaxValue ? 1 : _epoch + 1;
    }

    /// <summary>Nobody knows what the broker took in: the next request begins a new session.</summary>
    internal void Reset()
    {
        _epoch = InitialEpoch;
        _sessionId = 0;
        _known.Clear();
    }

    /// <summary>
    /// What a request both asks for and forgets, the broker forgets. So a partition that was given up and given back stays, and
    /// so does one whose topic was created again when the request names topics: only an id could tell the two apart.
    /// </summary>
    private void Forget(ref FetchRequest request, IReadOnlyList<ConsumedPartition> partitions, bool namesIds)
    {
        foreach (var (gone, topicId, _) in _known.Where(known => !partitions.Any(partition =>
            partition.Topic == known.Partition.Topic && partition.Partition == known.Partition.Partition && (!namesIds || partition.TopicId == known.TopicId))))
        {
            request.ForgottenTopicsData.Add(new FetchRequest.ForgottenTopic
            {
                Topic = gone.Topic, TopicId = topicId, Partitions = Seq<int>.Of(gone.Partition),
            });
        }
    }
}
