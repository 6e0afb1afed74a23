using Xunit.Abstractions;

namespace Deterministic.Server.Tests.Broker;

/// <summary>What a request costs the heap when the broker is warm: nothing per record, little per request.</summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int Requests = 2_000;

    /// <summary>The in-memory network, disk and clock of the test allocate themselves; what they cost is measured apart and taken off.</summary>
    private const long BytesPerRequestMax = 800;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Produce_allocates_nothing_per_record_and_little_per_request(int shards)
    {
        // The in-memory disk keeps copies of what is written: as many bytes in both cases.
        var few = Produce(shards, [new string('x', 8000)]);
        var many = Produce(shards, [.. Enumerable.Repeat("0123456789", 500)]);
        var one = Produce(shards, ["x"]);
        output.WriteLine($"{shards} shards: {one} bytes a request of 1 record; {few} of 1 large record, {many} of 500 records");
        Assert.InRange(many - few, -4000, 4000);
        Assert.InRange(one, 0, BytesPerRequestMax);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 500)]
    [InlineData(2, 1)]
    [InlineData(2, 500)]
    public void Fetch_allocates_nothing_per_record_and_little_per_request(int shards, int records)
    {
        var broker = TestBroker.Started(shards, null, ("log.durability", "memory"));
        broker.CreateTopic("orders", 2);
        var client = broker.Connect();
        client.Produce("orders", 0, [.. Enumerable.Repeat("0123456789", records)]);
        client.Produce("orders", 1, [.. Enumerable.Repeat("0123456789", records)]);
        var frame = TestClient.Frame(ClientVerbs.FetchVersion, ClientVerbs.Fetch("orders", (0, 0), (1, 0)), 1);
        var perRequest = Measure(broker, client, frame);

        // The in-memory stream makes an array for each range that it sends.
        var fileBytes = 2 * (ClientVerbs.Batch([.. Enumerable.Repeat("0123456789", records)]).Length + 32);
        output.WriteLine($"{shards} shards, {records} records: {perRequest - fileBytes} bytes a request");
        Assert.InRange(perRequest - fileBytes, -100, BytesPerRequestMax);
    }

    private static long Produce(int shards, string[] values)
    {
        var broker = TestBroker.Started(shards, null, ("log.durability", "memory"));
        broker.CreateTopic("orders", 2);
        var client = broker.Connect();
        return Measure(broker, client, TestClient.Frame(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 1, ClientVerbs.Batch(values)), 1));
    }

    private static long Measure(TestBroker broker, TestClient client, byte[] frame)
    {
        for (var i = 0; i < Requests; i++)
        {
            Once(broker, client, frame);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Requests; i++)
        {
            Once(broker, client, frame);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Requests;
    }

    private static void Once(TestBroker broker, TestClient client, byte[] frame)
    {
        client.Connection.Send(frame);
        broker.Settle();
        Assert.True(client.Connection.Received.Count > 0);
        client.Connection.Drop();
    }
}
