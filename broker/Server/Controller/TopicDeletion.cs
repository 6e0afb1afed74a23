using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>Decides DeleteTopics, by name or by id. Lives for one request on shard 0.</summary>
internal sealed class TopicDeletion
{
    private readonly ControllerContext _context;
    private readonly MetadataRecordList _records = new();
    private readonly SortedSet<Uuid> _deleted = [];
    private DeleteTopicsResponse _response;

    private TopicDeletion(ControllerContext context)
    {
        _context = context;
    }

    internal static ControllerDecision<DeleteTopicsResponse> Decide(in DeleteTopicsRequest request, ControllerContext context)
    {
        var deletion = new TopicDeletion(context);
        var topics = request.Topics;
        foreach (ref var name in request.TopicNames.Span)
        {
            topics.Add(new DeleteTopicsRequest.DeleteTopicState { Name = name });
        }

        deletion.DecideAll(topics, request.TimeoutMs);
        return new ControllerDecision<DeleteTopicsResponse>(deletion._records, deletion._response);
    }

    private void DecideAll(Seq<DeleteTopicsRequest.DeleteTopicState> topics, int timeoutMs)
    {
        var seen = new Dictionary<(Text Name, Uuid Id), int>();
        foreach (ref var topic in topics.Span)
        {
            seen[(topic.Name, topic.TopicId)] = seen.GetValueOrDefault((topic.Name, topic.TopicId)) + 1;
        }

        foreach (var ((name, id), count) in seen)
        {
            if (timeoutMs <= 0)
            {
                Answer(name, id, ErrorCode.RequestTimedOut, null);
            }
            else if (!_context.Config.DeleteTopicEnable)
            {
                Mark.Hit("topic.deletion-disabled");
                Answer(name, id, ErrorCode.TopicDeletionDisabled, "Topic deletion is disabled.");
            }
            else
            {
                DecideOne(name, id, count);
            }
        }
    }

    private void DecideOne(Text name, Uuid id, int count)
    {
        if (name.IsNull && id.IsZero)
        {
            Answer(name, id, ErrorCode.InvalidRequest, "Neither topic name nor id were specified.");
        }
        else if (!name.IsNull && !id.IsZero)
        {
            Answer(name, id, ErrorCode.InvalidRequest, "You may not specify both topic name and topic id.");
        }
        else if (count > 1)
        {
            Answer(name, id, ErrorCode.InvalidRequest, name.IsNull ? "Duplicate topic id." : "Duplicate topic name.");
        }
        else if ((name.IsNull ? _context.Image.FindTopic(id) : _context.Image.FindTopic(name)) is { } topic)
        {
            Delete(topic);
        }
        else if (name.IsNull)
        {
            Mark.Hit("topic.deletion-of-unknown-id");
            Answer(name, id, ErrorCode.UnknownTopicId, "This server does not host this topic ID.");
        }
        else
        {
            Mark.Hit("topic.deletion-of-unknown-name");
            Answer(name, id, ErrorCode.UnknownTopicOrPartition, "This server does not host this topic-partition.");
        }
    }

    private void Delete(TopicImage topic)
    {
        if (!_deleted.Add(topic.Id))
        {
            Answer(
                topic.NameText, topic.Id, ErrorCode.InvalidRequest,
                "The provided topic name maps to an ID that was already supplied.");
            return;
        }

        if (!_context.MutationQuota.TryTake(topic.Partitions.Length))
        {
            Answer(topic.NameText, topic.Id, ErrorCode.ThrottlingQuotaExceeded, null);
            return;
        }

        Mark.Hit("topic.deleted");
        _records.Add(new RemoveTopicRecord { TopicId = topic.Id });
        Answer(topic.NameText, topic.Id, ErrorCode.None, null);
    }

    private void Answer(Text name, Uuid id, ErrorCode error, string? message) =>
        _response.Responses.Add(new DeleteTopicsResponse.DeletableTopicResult
        {
            Name = name.Copy(),
            TopicId = id,
            ErrorCode = (short)error,
            ErrorMessage = Text.Of(message),
        });
}
