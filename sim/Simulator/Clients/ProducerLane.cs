using Deterministic.Checking.Histories;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>What one operation sends to one partition: batches that must stand there in this order. Lives for the operation.</summary>
internal sealed class ProducerLane(string topic, int topicNumber, int partition, LogKey key, Uuid topicId)
{
    internal string Topic => topic;

    internal int TopicNumber => topicNumber;

    internal int Partition => partition;

    internal LogKey Key => key;

    /// <summary>The id of the topic that was meant when the operation began; zero: none was known.</summary>
    internal Uuid TopicId => topicId;

    internal List<ProducerBatch> Batches { get; } = [];

    /// <summary>Whether requests name its topic, so that they may meet another topic of that name.</summary>
    internal bool IsByName(ClientProcess process) => TopicId.IsZero || process.VersionMaxOf(ProduceRequest.Api) < ProduceRound.FirstVersionWithIds;

    /// <summary>Whether it stands in the history: it is known which log it went to, and that log keeps all its keys.</summary>
    internal bool IsRecorded(ClientProcess process) =>
        process.Fleet.IsRecorded(topicNumber) && !(process.Fleet.Workload.Topics[topicNumber].MayBeDeleted && IsByName(process));

    /// <summary>Its sends in the history, with what is known of them.</summary>
    internal Mop[] Sends => [.. Batches.SelectMany(batch => batch.Sends(Key))];

    /// <summary>The lanes of batches, in the order in which they come first.</summary>
    internal static List<ProducerLane> Of(ClientProcess process, IEnumerable<PlannedBatch> batches)
    {
        var lanes = new List<ProducerLane>();
        foreach (var planned in batches)
        {
            // A topic that is not there: the send to it is blocked until it fails, and nothing was sent.
            if (process.View.Find(process.Fleet.Workload.Topics[planned.Topic].Name) is not { Partitions.Count: > 0 } topic)
            {
                continue;
            }

            var partition = planned.Partition % topic.Partitions.Count;
            var lane = lanes.Find(candidate => candidate.TopicNumber == planned.Topic && candidate.Partition == partition);
            if (lane is null)
            {
                lanes.Add(lane = new ProducerLane(topic.Name, planned.Topic, partition, topic.KeyOf(partition), topic.Id));
            }

            lane.Batches.Add(new ProducerBatch(planned, process.Fleet.TakeValues(planned.Records.Count), process.Shard.WallClockMs));
        }

        return lanes;
    }

    /// <summary>The history's op; null when it is not recorded.</summary>
    internal OpToken? Token { get; set; }

    /// <summary>
    /// The batch that may be sent now, or null. A batch that is sent again goes alone and first; new ones may follow others
    /// that are under way.
    /// </summary>
    internal ProducerBatch? Next(long nowMs)
    {
        var isFirst = true;
        foreach (var batch in Batches)
        {
            if (batch.State == BatchState.Waiting)
            {
                return batch.NotBeforeMs <= nowMs && (isFirst || batch.Attempts == 0) ? batch : null;
            }

            isFirst &= batch.IsFinished;
        }

        return null;
    }

    /// <summary>Whether everything before the batch is finished: a log that knows nothing of the producer takes any sequence as its first.</summary>
    internal bool IsFirst(ProducerBatch batch) => Batches.TakeWhile(other => other != batch).All(static other => other.IsFinished);
}
