using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Handlers;

namespace Deterministic.Server.Tests.Controller;

public sealed class MetadataHandlerTests
{
    private static readonly Uuid s_unknownId = new(0xcf3cf3cf3cf3cf3c, 0xf3cf3cf3cf3cf3cf);

    [Fact]
    public void Unknown_and_invalid_names_and_ids_get_Kafkas_errors()
    {
        var node = new ControllerNode(settings: ("auto.create.topics.enable", "false")).Format().Start();
        node.Create("e-a");

        Assert.Equal((17, "a b"), Of(Ask(node, 13, Named("a b"))));
        Assert.Equal((17, ""), Of(Ask(node, 13, Named(""))));
        Assert.Equal((3, "e-none"), Of(Ask(node, 13, Named("e-none"))));
        Assert.Equal((100, null), Of(Ask(node, 13, ById(s_unknownId))));
        Assert.Equal((100, null), Of(Ask(node, 13, ById(s_unknownId, "e-a"))));
        Assert.Equal((0, "e-a"), Of(Ask(node, 13, ById(node.Image.FindTopic("e-a")!.Id))));

        var refused = Ask(node, 13, ById(Uuid.Zero));
        Assert.Equal((-1, 0, -1), (refused.ErrorCode, refused.Brokers.Count, refused.ControllerId));
        Assert.Equal((-1, ""), Of(refused));
        Assert.Equal((42, ""), Of(Ask(node, 10, ById(s_unknownId))));
        Assert.Equal(1, Ask(node, 13, Named("e-a"), Named("e-a")).Topics.Count);
    }

    [Fact]
    public void No_list_means_all_topics_and_an_empty_one_none_but_in_version_0_all()
    {
        var node = new ControllerNode().Format().Start();
        node.Create("b");
        node.Create("a");

        Assert.Equal(2, Ask(node, 13, null).Topics.Count);
        Assert.Equal(0, Ask(node, 13).Topics.Count);
        Assert.Equal(2, Ask(node, 0).Topics.Count);
    }

    [Fact]
    public void A_missing_topic_is_made_when_client_and_configuration_allow_it()
    {
        var node = new ControllerNode(settings: ("num.partitions", "3")).Format().Start();

        Assert.Equal(3, Ask(node, 3, Named("asked")).Topics[0].Partitions.Count);
        Assert.Equal(17, Ask(node, 3, Named("not valid")).Topics[0].ErrorCode);
        Assert.Null(node.Image.FindTopic("other"));
    }

    [Fact]
    public void Topic_partitions_are_paged_as_Kafka_pages_them()
    {
        var node = new ControllerNode().Format().Start();
        node.Create("e-a", 2);
        node.Create("t-2", 1);

        var page = Describe(node, 2, null, "e-a", "t-2");
        Assert.Equal((1, 2), (page.Topics.Count, page.Topics[0].Partitions.Count));
        Assert.Equal(("t-2", 0), (page.NextCursor.Value.TopicName.ToString(), page.NextCursor.Value.PartitionIndex));
        page = Describe(node, 0, null, "e-a");
        Assert.Equal(("e-a", 1), (page.NextCursor.Value.TopicName.ToString(), page.NextCursor.Value.PartitionIndex));
        page = Describe(node, 1, ("e-a", 5), "e-a");
        Assert.Equal((0, 0, false), (page.Topics[0].ErrorCode, page.Topics[0].Partitions.Count, page.NextCursor.HasValue));
        Assert.Equal(42, Describe(node, 1, ("e-a", -1), "e-a").Topics[0].ErrorCode);
        Assert.Equal(42, Describe(node, 1, ("zzz", 0), "e-a").Topics[0].ErrorCode);
        Assert.Equal([17, 3], Describe(node, 10, null, "e-none", "a b").Topics.ToArray().Select(topic => (int)topic.ErrorCode));
    }

    private static (int, string?) Of(in MetadataResponse response) =>
        (response.Topics[0].ErrorCode, response.Topics[0].Name.AsString());

    private static MetadataRequest.MetadataRequestTopic Named(string name) => new() { Name = Text.Of(name) };

    private static MetadataRequest.MetadataRequestTopic ById(Uuid id, string? name = null) => new() { TopicId = id, Name = Text.Of(name) };

    private static RequestContext Context(ControllerNode node, ApiInfo api, short version) =>
        new(node.Shard, api, version, 1, "test", "/127.0.0.1", "PLAINTEXT");

    private static MetadataResponse Ask(ControllerNode node, short version, params MetadataRequest.MetadataRequestTopic[]? topics)
    {
        var handler = new MetadataHandler(node.Cache, node.Client, node.Config, node.Identity);
        var request = new MetadataRequest
        {
            Topics = topics is null
                ? Seq<MetadataRequest.MetadataRequestTopic>.Null
                : Seq<MetadataRequest.MetadataRequestTopic>.Of(topics),
        };
        return node.Await(() => handler.HandleAsync(request, Context(node, MetadataRequest.Api, version)).AsTask());
    }

    private static DescribeTopicPartitionsResponse Describe(
        ControllerNode node, int limit, (string Topic, int Partition)? cursor, params string[] topics)
    {
        var handler = new DescribeTopicPartitionsHandler(node.Cache, node.Config);
        var request = new DescribeTopicPartitionsRequest { ResponsePartitionLimit = limit };
        foreach (var topic in topics)
        {
            request.Topics.Add(new DescribeTopicPartitionsRequest.TopicRequest { Name = Text.Of(topic) });
        }

        if (cursor is { } start)
        {
            request.Cursor = new DescribeTopicPartitionsRequest.CursorData { TopicName = Text.Of(start.Topic), PartitionIndex = start.Partition };
        }

        return node.Await(() => handler.HandleAsync(request, Context(node, DescribeTopicPartitionsRequest.Api, 0)).AsTask());
    }
}
