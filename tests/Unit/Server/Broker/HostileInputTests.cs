using System.Buffers.Binary;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Broker;

/// <summary>Real requests, damaged at random: the broker goes on serving others, and everything it rented comes back.</summary>
public sealed class HostileInputTests
{
    private const int Rounds = 4_000;
    private const long RentedBytesMax = 64 * 1024 * 1024;

    [Theory]
    [InlineData(1, 1UL)]
    [InlineData(3, 2UL)]
    [InlineData(2, 3UL)]
    public void Damaged_requests_harm_nobody(int shards, ulong seed)
    {
        var random = new SeededRandom(seed);
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("e-a", 2);
        broker.CreateTopic("e-seq", 2);
        broker.CreateTopic("safe", 3);
        var requests = GoldenErrorCase.ReadAll().SelectMany(c => c.Steps).Where(s => s.SentLength == 0 && s.Sent.Length > 8).Select(s => s.Sent).ToArray();
        var connections = new List<TestClient>();
        for (var round = 0; round < Rounds; round++)
        {
            if (connections.Count < 8 || random.Next(10) == 0)
            {
                connections.Add(broker.Connect());
                broker.Settle();
            }

            var client = connections[random.Next(connections.Count)];
            client.Connection.Send(Damaged(requests[random.Next(requests.Length)], random));
            broker.Settle();
            client.Connection.Drop();
            if (client.IsClosed || random.Next(20) == 0)
            {
                client.Connection.Break();
                connections.Remove(client);
            }

            Assert.Null(broker.Fatal);
            Assert.All(broker.Shards, shard => Assert.InRange(shard.Buffers.RentedBytes, 0, RentedBytesMax));
            if (round % 500 == 0)
            {
                broker.Advance(50);
                Assert.Equal(0, broker.Connect().Produce("safe", random.Next(3), "value " + round).ErrorCode);
            }
        }

        // Handlers answer bad input; an exception in one would be a fault of ours.
        Assert.Empty(broker.Log.Lines.Where(line => line.Error is not null).Select(line => line.Text + ": " + line.Error));
        connections.ForEach(client => client.Connection.Break());

        // Members of groups whose connection broke go with their sessions, of at most half an hour.
        broker.Advance(1_900_000);
        Assert.All(broker.Shards, shard => Assert.Equal(0, shard.Buffers.RentedBytes));
        var safe = broker.Connect().ReadAll("safe", 0).Count + broker.Connect().ReadAll("safe", 1).Count + broker.Connect().ReadAll("safe", 2).Count;
        Assert.Equal(Rounds / 500, safe);
        Assert.True(broker.Stop());
    }

    private static byte[] Damaged(byte[] request, SeededRandom random)
    {
        var bytes = request.ToArray();
        for (var damage = random.Next(4); damage >= 0; damage--)
        {
            var at = 4 + random.Next(bytes.Length - 4);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2 when at + 4 <= bytes.Length:
                    BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), random.Next(2) == 0 ? -1 : int.MaxValue);
                    break;
                case 3:
                    bytes = bytes[..Math.Max(9, at)];
                    break;
            }
        }

        // Mostly an honest length, so that the damage is met behind it.
        if (random.Next(20) != 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        }

        return bytes;
    }
}
