using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// A produce request that is sent once more over a connection of its own, at the time of the first: the log must know every batch
/// again and say where it stands, not before it is durable. Lives for the request.
/// </summary>
internal sealed class RepeatedProduce(ClientProcess process, IReadOnlyList<(ProducerLane Lane, ProducerBatch Batch)> batches)
{
    /// <summary>Sends it and compares what is answered with what the batch knows of itself.</summary>
    internal async Task AskAsync(BrokerAddress address, ProduceRequest request, short version)
    {
        try
        {
            var connection = await BrokerConnection.OpenAsync(process, address);
            try
            {
                var response = await connection.AskAsync<ProduceRequest, ProduceResponse>(request, version, process.Plan.RequestTimeoutMs);
                foreach (ref var topic in response.Responses)
                {
                    foreach (ref var partition in topic.PartitionResponses)
                    {
                        Compare(topic.Name.ToString(), topic.TopicId, partition, version);
                    }
                }
            }
            finally
            {
                connection.Close("it asked what it wanted to know");
            }
        }
        catch (RequestLostException)
        {
            // Nobody waits for this answer.
        }
    }

    private void Compare(string name, Uuid id, in ProduceResponse.PartitionProduceResponse answer, short version)
    {
        if ((ErrorCode)answer.ErrorCode != ErrorCode.None)
        {
            return;
        }

        foreach (var (lane, batch) in batches)
        {
            if (lane.Partition == answer.Index && (version >= ProduceRound.FirstVersionWithIds ? lane.TopicId == id : lane.Topic == name))
            {
                process.Fleet.OnAcknowledged(lane, batch, answer.BaseOffset);
                if (batch.BaseOffset >= 0 && answer.BaseOffset != batch.BaseOffset && !process.Fleet.MayBeCorrupt(lane.TopicNumber))
                {
                    throw new ViolationException(
                        "duplicate-answered", $"{lane.Key} says of one batch that it stands at offset {batch.BaseOffset}, and at {answer.BaseOffset}");
                }
            }
        }
    }
}
