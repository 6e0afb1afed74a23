using Deterministic.Protocol;
using Deterministic.Protocol.Apis;

namespace Deterministic.Server.Connections;

/// <summary>Answers that say an error for everything that was asked, for requests whose handler could not. Stateless.</summary>
internal static partial class ErrorResponses
{
    /// <summary>What an ApiVersions request of an unknown version gets, in v0 form: the error and the range of ApiVersions itself.</summary>
    internal static ApiVersionsResponse UnsupportedApiVersions()
    {
        var response = new ApiVersionsResponse { ErrorCode = (short)ErrorCode.UnsupportedVersion };
        response.ApiKeys.Add(new ApiVersionsResponse.ApiVersion
        {
            ApiKey = (short)ApiKey.ApiVersions,
            MinVersion = ApiVersionsRequest.Api.First,
            MaxVersion = ApiVersionsRequest.Api.Last,
        });
        return response;
    }

    /// <summary>The error for every partition that was to be appended to.</summary>
    internal static ProduceResponse OfProduce(ProduceRequest request, ErrorCode error)
    {
        var response = new ProduceResponse();
        foreach (ref var topic in request.TopicData)
        {
            var answer = new ProduceResponse.TopicProduceResponse { Name = topic.Name, TopicId = topic.TopicId };
            foreach (ref var partition in topic.PartitionData)
            {
                answer.PartitionResponses.Add(new ProduceResponse.PartitionProduceResponse
                {
                    Index = partition.Index,
                    ErrorCode = (short)error,
                    BaseOffset = -1,
                });
            }

            response.Responses.Add(answer);
        }

        return response;
    }

    /// <summary>The error at the top, and for every partition that was to be read.</summary>
    internal static FetchResponse OfFetch(FetchRequest request, ErrorCode error)
    {
        var response = new FetchResponse { ErrorCode = (short)error };
        foreach (ref var topic in request.Topics)
        {
            var answer = new FetchResponse.FetchableTopicResponse { Topic = topic.Topic, TopicId = topic.TopicId };
            foreach (ref var partition in topic.Partitions)
            {
                answer.Partitions.Add(new FetchResponse.PartitionData
                {
                    PartitionIndex = partition.Partition,
                    ErrorCode = (short)error,
                    HighWatermark = -1,
                    Records = Protocol.Wire.RecordData.Empty,
                });
            }

            response.Responses.Add(answer);
        }

        return response;
    }

    /// <summary>The error for every partition whose offset was asked.</summary>
    internal static ListOffsetsResponse OfListOffsets(ListOffsetsRequest request, ErrorCode error)
    {
        var response = new ListOffsetsResponse();
        foreach (ref var topic in request.Topics)
        {
            var answer = new ListOffsetsResponse.ListOffsetsTopicResponse { Name = topic.Name };
            foreach (ref var partition in topic.Partitions)
            {
                answer.Partitions.Add(new ListOffsetsResponse.ListOffsetsPartitionResponse
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = (short)error,
                });
            }

            response.Topics.Add(answer);
        }

        return response;
    }
}
