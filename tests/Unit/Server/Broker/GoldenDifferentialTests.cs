using System.Buffers.Binary;
using Deterministic.Conformance.DifferentialTest;
using Deterministic.Kernel;
using Xunit.Abstractions;

namespace Deterministic.Server.Tests.Broker;

/// <summary>
/// A sample of the differential test (tests/Conformance/differential), as Apache Kafka 4.3.1 answered it: every API and version, good and
/// bad requests, every field of the answers, under the same rules and reasons as against Kafka itself.
/// </summary>
public sealed class GoldenDifferentialTests(ITestOutputHelper output)
{
    private const int WaitMs = 4000;
    private const int ShownMax = 40;

    private readonly GivenNames _given = new();
    private int _correlationId;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Answers_are_what_Kafka_answered_but_for_what_is_explained(int shards)
    {
        var broker = TestBroker.Started(
            shards, null, ("auto.create.topics.enable", "false"), ("offsets.topic.num.partitions", "1"), ("transaction.state.log.num.partitions", "1"),
            ("max.incremental.fetch.session.cache.slots", "100000"), ("log.retention.ms", "-1"),
            ("group.consumer.max.session.timeout.ms", "3600000"), ("group.consumer.session.timeout.ms", "3600000"));
        var judge = new Judge(Rule.ReadAll(), Explanation.ReadAll());
        var client = broker.Connect();
        var found = new List<string>();
        using var packed = typeof(GoldenDifferentialTests).Assembly.GetManifestResourceStream("Golden.differential.jsonl.gz")!;
        var count = 0;
        foreach (var (step, theirs) in Recording.Read(packed))
        {
            count++;
            if (client.IsClosed)
            {
                client = broker.Connect();
                broker.Settle();
            }

            var ours = Ask(broker, client, step);
            var (_, differences) = judge.Compare(step, theirs, ours);
            found.AddRange(differences.Select(difference => $"{step.Api.Key} {step.Name}: {difference}"));
            if (ours == Outcome.Nothing)
            {
                client.Connection.Break();
                client = broker.Connect();
                broker.Settle();
            }
        }

        foreach (var line in found.Take(ShownMax))
        {
            output.WriteLine(line);
        }

        Assert.Empty(found);
        Assert.True(count > 3000, $"{count} answers");
        Assert.Null(broker.Fatal);
        Assert.DoesNotContain(broker.Log.Lines, line => line.Error is InvariantException);
    }

    private Outcome Ask(TestBroker broker, TestClient client, Step step)
    {
        byte[] frame;
        try
        {
            frame = step.Frame(++_correlationId, _given.Resolve);
        }
        catch (Exception unknown) when (unknown is FormatException or InvalidOperationException)
        {
            return new Outcome($"a name was never given: {unknown.Message}", null);
        }

        client.Connection.Send(frame);
        broker.Settle();
        if (!client.HasResponse && !client.IsClosed)
        {
            broker.Advance(WaitMs);
        }

        if (!client.HasResponse)
        {
            return client.IsClosed ? Outcome.Closed : Outcome.Nothing;
        }

        var answer = client.TakeFrame();
        Assert.Equal(_correlationId, BinaryPrimitives.ReadInt32BigEndian(answer));
        var body = BodyReader.ReadAnswer(step, answer.AsMemory(4));
        _given.Keep(step, body);
        return Outcome.Answer(body);
    }
}
