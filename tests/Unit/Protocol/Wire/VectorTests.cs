using System.Text.Json;

namespace Deterministic.Protocol.Tests.Wire;

public class VectorTests
{
    [Fact]
    public void Every_message_has_vectors_of_each_version()
    {
        var expected = MessageType.All.SelectMany(type => Enumerable.Range(type.First, type.Last - type.First + 1).Select(version => (type.Name, version)));
        var actual = Vector.All.Select(vector => (vector.Type.Name, (int)vector.Version)).ToHashSet();
        Assert.Equal([], expected.Where(pair => !actual.Contains(pair)));
        Assert.True(Vector.All.Count > 600, $"{Vector.All.Count} vectors");
    }

    [Fact]
    public void Reading_the_bytes_gives_the_values_and_writing_them_gives_the_bytes()
    {
        foreach (var vector in Ours())
        {
            var (json, bytes, read) = vector.Type.Reencode(vector.Bytes, vector.Version);
            Assert.True(read == vector.Bytes.Length, $"{vector}: read {read} of {vector.Bytes.Length} bytes");
            Assert.True(bytes.AsSpan().SequenceEqual(vector.Bytes), $"{vector}: {Convert.ToHexStringLower(bytes)}");
            if (vector.Values.Length > 0)
            {
                JsonValues.AssertEqual(vector.Values, json, vector.ToString());
            }
        }
    }

    [Fact]
    public void Writing_the_values_gives_the_bytes()
    {
        foreach (var vector in Ours().Where(vector => vector.Values.Length > 0))
        {
            using var values = JsonDocument.Parse(vector.Values);
            var bytes = vector.Type.FromJson(values.RootElement, vector.Version);
            Assert.True(bytes.AsSpan().SequenceEqual(vector.Bytes), $"{vector}: {Convert.ToHexStringLower(bytes)}");
        }
    }

    [Fact]
    public void A_new_message_is_written_as_kafka_writes_a_new_one()
    {
        foreach (var vector in Ours().Where(vector => vector.Kind == "default"))
        {
            var bytes = vector.Type.EncodeNew(vector.Version);
            Assert.True(bytes.AsSpan().SequenceEqual(vector.Bytes), $"{vector}: {Convert.ToHexStringLower(bytes)}");
        }
    }

    // Kafka implements a few versions that we do not speak.
    private static IEnumerable<Vector> Ours() =>
        Vector.All.Where(vector => vector.Version >= vector.Type.First && vector.Version <= vector.Type.Last);
}
