using Deterministic.Checking.Histories;
using Deterministic.Protocol;

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
