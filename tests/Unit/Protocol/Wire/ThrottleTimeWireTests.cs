using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Tests.Wire;

public sealed class ThrottleTimeWireTests
{
    [Fact]
    public void The_field_of_a_version_that_has_it_is_filled_in_and_nothing_else()
    {
        var response = new ProduceResponse();
        response.Responses.Add(new ProduceResponse.TopicProduceResponse { Name = "orders" });
        var before = new VersionedText(response).ToString();
        var wire = new ThrottleTimeWire(9, 1234);
        response.Walk(ref wire);
        Assert.Equal(1234, response.ThrottleTimeMs);
        response.ThrottleTimeMs = 0;
        Assert.Equal(before, new VersionedText(response).ToString());
    }

    [Fact]
    public void A_version_without_the_field_is_left_alone()
    {
        var response = new ApiVersionsResponse();
        var wire = new ThrottleTimeWire(0, 1234);
        response.Walk(ref wire);
        Assert.Equal(0, response.ThrottleTimeMs);
    }

    private readonly record struct VersionedText(ProduceResponse Response)
    {
        public override string ToString()
        {
            var response = Response;
            var bytes = new byte[1024];
            var writer = new WireWriter(bytes, 9, true);
            response.Walk(ref writer);
            return Convert.ToHexString(bytes, 0, writer.Position);
        }
    }
}
