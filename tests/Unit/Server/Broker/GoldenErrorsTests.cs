using System.Buffers.Binary;
using System.Text;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Xunit.Abstractions;

namespace Deterministic.Server.Tests.Broker;

/// <summary>
/// Everything that Apache Kafka 4.3.1 was sent of bad input, byte for byte and in the same order, against a fresh broker:
/// outcome and error codes are Kafka's, but for the deviations that are listed here with their reasons.
/// </summary>
public sealed class GoldenErrorsTests(ITestOutputHelper output)
{
    private const string Explains = "a producer that is told why does not try again for ever (features: never UNKNOWN_SERVER_ERROR on produce)";
    private const string NoOtherGroups = "consumer and share groups (KIP-848, KIP-932) are not served yet, so the group of the case is not there";
    private const string AskedOrder = "partitions are answered in the order asked; Kafka's order is that of a hash map";

    /// <summary>Case, what comes instead, and why.</summary>
    private static readonly Dictionary<string, (string Ours, string Why)> s_deviations = new(StringComparer.Ordinal)
    {
        ["produce/batch/null"] = ("[87]", "Kafka never answers and the connection is dead"),
        ["produce/batch/length-max"] = ("[87]", Explains),
        ["produce/batch/varint-too-long"] = ("[87]", Explains),
        ["produce/batch/codec-5"] = ("[76]", Explains),
        ["produce/batch/codec-7"] = ("[76]", Explains),
        ["produce/batch/gzip-garbage"] = ("[87]", Explains),
        ["produce/batch/gzip-cut"] = ("[87]", Explains),
        ["produce/batch/gzip-empty-payload"] = ("[87]", Explains),
        ["produce/batch/snappy-garbage"] = ("[87]", Explains),
        ["produce/batch/lz4-garbage"] = ("[87]", Explains),
        ["produce/batch/zstd-garbage"] = ("[87]", Explains),
        ["produce/same-partition-twice"] = ("[0,0]", "both record sets are appended and answered; Kafka drops the first without a word"),
        ["produce/good-and-bad-partition"] = ("[0,3,2]", AskedOrder),
        ["add-partitions/unknown-partition"] = ("[55,3]", AskedOrder),
        ["sequence/two-partitions-bad-one"] = ("[0,0] ; [45,0]", AskedOrder),
        ["describe-groups/unknown"] = ("[69,0,0]", NoOtherGroups),
        ["commit/consumer-group-unknown-member"] = ("[69]", NoOtherGroups),
        ["commit/consumer-group-wrong-epoch"] = ("[69]", NoOtherGroups),
        ["offset-fetch/consumer-group-wrong-epoch"] = ("[0]", NoOtherGroups),
    };

    private readonly List<string> _messages = [];
    private readonly Dictionary<string, string> _memberIds = new(StringComparer.Ordinal);
    private readonly Dictionary<long, long> _producerIds = [];
    private Uuid _topicId;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Bad_input_gets_what_Kafka_gives(int shards)
    {
        var broker = TestBroker.Started(shards, null, ("auto.create.topics.enable", "false"), ("num.partitions", "1"), ("log.dirs", "/mnt/logs-1,/mnt/logs-2"));
        Prepare(broker);
        var found = new List<string>();
        foreach (var golden in GoldenErrorCase.ReadAll())
        {
            var ours = Replay(broker, golden);
            var theirs = string.Join(" ; ", golden.Steps.Select(step => Describe(step.Outcome, step.Errors)));
            var expected = s_deviations.TryGetValue(golden.Name, out var deviation) ? deviation.Ours : theirs;
            if (ours != expected)
            {
                found.Add($"{golden.Name}: expected {expected}, got {ours}{(expected == theirs ? "" : $" (Kafka: {theirs})")}");
            }

            Assert.Null(broker.Fatal);
            Assert.True(expected == theirs || ours != theirs, $"{golden.Name} is listed as a deviation and is none");
        }

        foreach (var line in found)
        {
            output.WriteLine(line);
        }

        Assert.Empty(found);
        Assert.Equal([], _messages);
        Assert.All(s_deviations.Values, deviation => Assert.NotEmpty(deviation.Why));
        Assert.DoesNotContain(broker.Log.Lines, line => line.Error is InvariantException);
    }

    private static string Describe(string outcome, IEnumerable<int> errors) =>
        outcome == "response" ? $"[{string.Join(',', errors)}]" : outcome == "reset" ? "closed" : outcome;

    private void Prepare(TestBroker broker)
    {
        _topicId = broker.CreateTopic("e-a", 2);
        broker.CreateTopic("e-compact", 2, ("cleanup.policy", "compact"));
        broker.CreateTopic("e-small", 2, ("max.message.bytes", "1000"));
        broker.CreateTopic("e-seq", 2);
        broker.CreateTopic("e-time", 2, ("message.timestamp.before.max.ms", "1000"));
        broker.CreateTopic("e-dot.x", 2);
        broker.CreateTopic("e-append", 2, ("message.timestamp.type", "LogAppendTime"));
        broker.CreateTopic("__consumer_offsets", 2, ("cleanup.policy", "compact"));
        broker.CreateTopic("__transaction_state", 2, ("cleanup.policy", "compact"));

        // The cases know of one more transactional producer, whom Kafka had given the id 4.
        var init = new InitProducerIdRequest { TransactionalId = "e-t2", TransactionTimeoutMs = 60_000 };
        var second = broker.Connect().Ask<InitProducerIdRequest, InitProducerIdResponse>(5, init);
        Assert.Equal((short)ErrorCode.None, second.ErrorCode);
        _producerIds[4] = second.ProducerId;
    }

    private string Replay(TestBroker broker, GoldenErrorCase golden)
    {
        var client = broker.Connect();
        broker.Settle();
        var sessionIds = new Dictionary<int, int>();
        var outcomes = new List<string>();
        foreach (var step in golden.Steps)
        {
            if (client.IsClosed)
            {
                client = broker.Connect();
                broker.Settle();
            }

            client.Connection.Send(OurOwn(step, sessionIds));
            if (golden.Name.EndsWith("half-close", StringComparison.Ordinal) || golden.Name.EndsWith("half-close-after-request", StringComparison.Ordinal))
            {
                client.Connection.EndSending();
            }

            broker.Settle();
            if (!client.HasResponse && !client.IsClosed)
            {
                broker.Advance(4000);
            }

            outcomes.Add(Outcome(client, golden, step, sessionIds));
        }

        client.Connection.Break();
        broker.Settle();
        return string.Join(" ; ", outcomes);
    }

    private string Outcome(TestClient client, GoldenErrorCase golden, GoldenErrorCase.Step step, Dictionary<int, int> sessionIds)
    {
        if (!client.HasResponse)
        {
            return client.IsClosed ? "closed" : "nothing";
        }

        var answer = GoldenAnswer.Decode((ApiKey)step.Key, step.Version, client.TakeFrame());
        if (step.Messages is { } messages && !messages.SequenceEqual(answer.Messages, StringComparer.Ordinal))
        {
            _messages.Add($"{golden.Name}: expected {string.Join(" | ", messages)}, got {string.Join(" | ", answer.Messages)}");
        }

        if (step.SessionId != 0)
        {
            sessionIds[step.SessionId] = answer.SessionId;
        }

        if (step.MemberId is { Length: > 0 } memberId && answer.MemberId is { } ours)
        {
            _memberIds[memberId] = ours;
        }

        if (step.ProducerId >= 0 && answer.ProducerId >= 0)
        {
            _producerIds[step.ProducerId] = answer.ProducerId;
        }

        return Describe("response", answer.Errors);
    }

    /// <summary>Kafka's topic id, session ids and member ids are replaced by ours; all have the same length.</summary>
    private byte[] OurOwn(GoldenErrorCase.Step step, Dictionary<int, int> sessionIds)
    {
        var bytes = step.SentLength > step.Sent.Length ? Padded(step) : step.Sent.ToArray();
        Assert.True(Uuid.TryParse("gblBqhGDQUyAQJeSfVX1YA", out var kafkas));
        var from = new byte[16];
        var to = new byte[16];
        kafkas.Write(from);
        _topicId.Write(to);
        Replace(bytes, from, to);
        foreach (var (theirs, ours) in _memberIds.Where(pair => pair.Key.Length == pair.Value.Length))
        {
            Replace(bytes, Encoding.UTF8.GetBytes(theirs), Encoding.UTF8.GetBytes(ours));
        }

        foreach (var (theirs, ours) in sessionIds)
        {
            var id = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(id, theirs);
            var own = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(own, ours);
            Replace(bytes, id, own);
        }

        ReplaceProducerId(bytes, (ApiKey)step.Key);
        return bytes;
    }

    /// <summary>Behind the transactional id of the cases comes the producer id that Kafka gave out; ours may be another. Batches have it under their checksum and stay.</summary>
    private void ReplaceProducerId(byte[] bytes, ApiKey key)
    {
        var id = key is ApiKey.InitProducerId or ApiKey.AddPartitionsToTxn or ApiKey.AddOffsetsToTxn or ApiKey.EndTxn or ApiKey.TxnOffsetCommit
            ? bytes.AsSpan().IndexOf("e-t"u8)
            : -1;
        if (id < 0)
        {
            return;
        }

        foreach (var (theirs, ours) in _producerIds)
        {
            var from = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(from, theirs);
            var at = bytes.AsSpan(id).IndexOf(from);
            if (at >= 0)
            {
                BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(id + at), ours);
                return;
            }
        }
    }

    /// <summary>The one long request: a value of zeros, whose checksum nobody gets to before the size is refused.</summary>
    private static byte[] Padded(GoldenErrorCase.Step step)
    {
        var bytes = new byte[step.SentLength];
        step.Sent.CopyTo(bytes, 0);
        return bytes;
    }

    private static void Replace(byte[] bytes, byte[] from, byte[] to)
    {
        for (var at = bytes.AsSpan().IndexOf(from); at >= 0;)
        {
            to.CopyTo(bytes, at);
            var next = bytes.AsSpan(at + from.Length).IndexOf(from);
            at = next < 0 ? -1 : at + from.Length + next;
        }
    }
}
