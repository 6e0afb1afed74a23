using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Tests.Wire;

public class AllocationTests
{
    private const int WarmUps = 200;

    [Theory]
    [InlineData("ProduceRequest", 9)]
    [InlineData("ProduceRequest", 13)]
    public void Reading_produce_into_a_used_message_allocates_nothing(string name, short version) =>
        Assert.Equal(0, BytesOfReading<ProduceRequest>(name, version));

    [Theory]
    [InlineData("FetchRequest", 12)]
    [InlineData("FetchRequest", 17)]
    public void Reading_fetch_into_a_used_message_allocates_nothing(string name, short version) =>
        Assert.Equal(0, BytesOfReading<FetchRequest>(name, version));

    [Theory]
    [InlineData("ProduceResponse", 9)]
    [InlineData("ProduceResponse", 13)]
    public void Sizing_and_writing_a_produce_response_allocates_nothing(string name, short version) =>
        Assert.Equal(0, BytesOfWriting<ProduceResponse>(name, version));

    [Theory]
    [InlineData("FetchResponse", 12)]
    [InlineData("FetchResponse", 17)]
    public void Sizing_and_writing_a_fetch_response_allocates_nothing(string name, short version) =>
        Assert.Equal(0, BytesOfWriting<FetchResponse>(name, version));

    [Fact]
    public void A_used_message_reads_as_a_new_one()
    {
        foreach (var group in Vector.All.GroupBy(vector => vector.Type))
        {
            foreach (var first in group)
            {
                foreach (var second in group.Where(vector => vector.Version == first.Version || vector.Kind == "random"))
                {
                    var bytes = second.Type.ReencodeAfter(first.Bytes, first.Version, second.Bytes, second.Version);
                    Assert.True(bytes.AsSpan().SequenceEqual(second.Bytes), $"{second} after {first}");
                }
            }
        }
    }

    private static Vector Find(string name, short version) =>
        Vector.All.Single(vector => vector.Type.Name == name && vector.Version == version && vector.Kind == "random");

    private static long BytesOfReading<T>(string name, short version)
        where T : struct, IMessage
    {
        var vector = Find(name, version);
        var message = new T();
        return Measure(() =>
        {
            MessageReuse.Renew(ref message);
            var reader = new WireReader(vector.Bytes, version, isFlexible: true);
            message.Walk(ref reader);
        });
    }

    private static long BytesOfWriting<T>(string name, short version)
        where T : struct, IMessage
    {
        var vector = Find(name, version);
        var message = new T();
        var reader = new WireReader(vector.Bytes, version, isFlexible: true);
        message.Walk(ref reader);
        var buffer = new byte[vector.Bytes.Length];
        return Measure(() =>
        {
            var sizer = new WireSizer(version, isFlexible: true);
            message.Walk(ref sizer);
            var writer = new WireWriter(buffer, version, isFlexible: true);
            message.Walk(ref writer);
        });
    }

    private static long Measure(Action action)
    {
        for (var i = 0; i < WarmUps; i++)
        {
            action();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
