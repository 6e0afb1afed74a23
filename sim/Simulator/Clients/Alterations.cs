using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// What a client changes of topics that are in use: partitions, log starts, configurations. Each is asked once; what the answer
/// promises is remembered. Owned by its client process.
/// </summary>
internal sealed class Alterations(ClientProcess process)
{
    private const sbyte TopicResource = 2;
    private const sbyte BrokerResource = 4;
    private const long ToHighWatermark = -1;

    private ClientFleet Fleet => process.Fleet;

    internal async Task AddPartitionsAsync(AddPartitionsOperation operation, long untilMs)
    {
        var plan = Fleet.Workload.Topics[operation.Topic];
        if (await process.View.TopicAsync(plan.Name, untilMs) is not { } view)
        {
            return;
        }

        var count = Math.Max(1, Math.Min(view.Partitions.Count + operation.More, plan.PartitionsMax));
        try
        {
            var connection = await process.AnyBrokerAsync([]);
            var request = new CreatePartitionsRequest { TimeoutMs = process.Plan.RequestTimeoutMs, ValidateOnly = operation.ValidateOnly };
            request.Topics.Add(new CreatePartitionsRequest.CreatePartitionsTopic
            {
                Name = plan.Name, Count = count, Assignments = Seq<CreatePartitionsRequest.CreatePartitionsAssignment>.Null,
            });
            var response = await connection.AskAsync<CreatePartitionsRequest, CreatePartitionsResponse>(request);
            var error = (ErrorCode)response.Results[0].ErrorCode;
            if (error == ErrorCode.None && !operation.ValidateOnly && !plan.MayBeDeleted)
            {
                Fleet.Promises.Grown(plan.Name, count);
            }

            // Another client may have been quicker, or this one's answer was lost.
            Expect(error, error == ErrorCode.InvalidPartitions, "CreatePartitions", plan.Name);
        }
        catch (RequestLostException)
        {
            // Maybe there are more now, maybe not: the metadata will say.
        }

        process.View.Forget(plan.Name);
    }

    internal async Task DeleteRecordsAsync(DeleteRecordsOperation operation, long untilMs)
    {
        var plan = Fleet.Workload.Topics[operation.Topic];
        if (!plan.MayBeTrimmed || await process.View.TopicAsync(plan.Name, untilMs) is not { Partitions.Count: > 0 } view)
        {
            return;
        }

        var partition = new TopicPartition(plan.Name, operation.Partition % view.Partitions.Count);
        var offset = ToHighWatermark;
        if (operation.End != DeletionEnd.HighWatermark)
        {
            if (await OffsetLookup.AskAsync(process, plan.Name, partition.Partition, OffsetTimes.Latest, readCommitted: false) is not { } end)
            {
                return;
            }

            offset = operation.End == DeletionEnd.BeforeEnd ? Math.Max(0, end - operation.Distance) : end + 1 + operation.Distance;
        }

        try
        {
            var connection = await process.ToNodeAsync(view.Partitions[partition.Partition].Leader);
            Fleet.Promises.AskDeletion(partition, offset == ToHighWatermark ? long.MaxValue : offset);
            var topic = new DeleteRecordsRequest.DeleteRecordsTopic { Name = plan.Name };
            topic.Partitions.Add(new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = partition.Partition, Offset = offset });
            var request = new DeleteRecordsRequest { TimeoutMs = process.Plan.RequestTimeoutMs };
            request.Topics.Add(topic);
            var response = await connection.AskAsync<DeleteRecordsRequest, DeleteRecordsResponse>(request);
            Take(operation, partition, offset, response.Topics[0].Partitions[0]);
        }
        catch (RequestLostException)
        {
            // Maybe they are gone, maybe not.
        }
    }

    internal async Task AlterAsync(AlterConfigOperation operation)
    {
        var plan = operation.Topic is { } number ? Fleet.Workload.Topics[number] : null;
        var setting = operation.Setting;
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource
        {
            ResourceType = plan is null ? BrokerResource : TopicResource, ResourceName = plan?.Name ?? "",
        };
        resource.Configs.Add(new IncrementalAlterConfigsRequest.AlterableConfig
        {
            Name = setting.Key,
            ConfigOperation = (sbyte)(setting.Value is null ? 1 : setting.IsAppended ? 2 : setting.IsSubtracted ? 3 : 0),
            Value = setting.Value,
        });
        var request = new IncrementalAlterConfigsRequest { ValidateOnly = operation.ValidateOnly };
        request.Resources.Add(resource);
        try
        {
            var connection = await process.AnyBrokerAsync([]);
            var response = await connection.AskAsync<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(request);
            Expect((ErrorCode)response.Responses[0].ErrorCode, false, "IncrementalAlterConfigs", $"{plan?.Name ?? "all brokers"}, {setting.Key}={setting.Value}");
        }
        catch (RequestLostException)
        {
            // Maybe it is so now, maybe not.
        }
    }

    private void Take(
        DeleteRecordsOperation operation, in TopicPartition partition, long offset, in DeleteRecordsResponse.DeleteRecordsPartitionResult answer)
    {
        var error = (ErrorCode)answer.ErrorCode;
        if (error == ErrorCode.None)
        {
            if (answer.LowWatermark < Math.Max(0, offset))
            {
                throw new ViolationException("delete-records", $"{partition} was to start at {offset}, and the answer says {answer.LowWatermark}");
            }

            Fleet.Promises.Deleted(partition, answer.LowWatermark);
            return;
        }

        // The end may have moved on since it was asked for, and never back.
        var isRight = (error == ErrorCode.OffsetOutOfRange && (operation.End == DeletionEnd.BeyondEnd || Fleet.MayBeCorrupt(operation.Topic)))
            || (error == ErrorCode.PolicyViolation && Fleet.Workload.Topics[operation.Topic].IsCompacted);
        Expect(error, isRight, "DeleteRecords", $"{partition} before {offset}");
        process.View.Forget(partition.Topic);
    }

    private static void Expect(ErrorCode error, bool isRight, string what, string of)
    {
        if (error != ErrorCode.None && !isRight && !ErrorReaction.IsRetriable(error))
        {
            throw new ViolationException("expected-errors", $"{what} of {of} answers {error}");
        }
    }
}
