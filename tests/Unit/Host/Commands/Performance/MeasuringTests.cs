using System.Text;
using Deterministic.Host.Commands;
using Deterministic.Host.Commands.Performance;
using Deterministic.Protocol.Records;

namespace Deterministic.Host.Tests.Commands.Performance;

/// <summary>What tests of speed send and how they count, without a broker.</summary>
public sealed class MeasuringTests
{
    [Fact]
    public void Percentiles_are_whole_milliseconds_that_a_share_does_not_exceed()
    {
        var latencies = new LatencyHistogram();
        for (var ms = 1; ms <= 1000; ms++)
        {
            latencies.Add(ms);
        }

        Assert.Equal(501, latencies.Percentile(0.5));
        Assert.Equal(991, latencies.Percentile(0.99));
        Assert.Equal(500.5, latencies.AverageMs);
        Assert.Equal(1000, latencies.MaxMs);
        Assert.Equal(0, new LatencyHistogram().Percentile(0.5));
    }

    [Fact]
    public void Properties_are_those_of_the_Java_producer()
    {
        var settings = ProducerSettings.Of(ProducerSettings.Properties(null, ["acks=1", "compression.type=zstd", "linger.ms=0", "batch.size=100", "client.id=x"]));
        Assert.Equal(1, settings.Acks);
        Assert.False(settings.IsIdempotent);
        Assert.Equal(CompressionCodec.Zstd, settings.Codec);
        Assert.Equal((0, 100), (settings.LingerMs, settings.BatchBytes));
        Assert.True(ProducerSettings.Of(ProducerSettings.Properties(null, null)).IsIdempotent);
    }

    [Theory]
    [InlineData("acks=2")]
    [InlineData("linger.ms=soon")]
    [InlineData("compression.type=rar")]
    [InlineData("batch.size=0")]
    [InlineData("enable.idempotence=perhaps")]
    public void A_property_that_cannot_be_is_named(string pair) =>
        Assert.Contains(pair, Assert.Throws<CommandException>(() => ProducerSettings.Of(ProducerSettings.Properties(null, [pair]))).Message, StringComparison.Ordinal);

    [Fact]
    public void Idempotence_needs_all_acknowledgements() =>
        Assert.Contains("acks=all", Assert.Throws<CommandException>(() => ProducerSettings.Of(ProducerSettings.Properties(null, ["acks=1", "enable.idempotence=true"]))).Message, StringComparison.Ordinal);

    [Fact]
    public void Payloads_come_from_a_size_a_file_or_the_count()
    {
        using var folder = new TestFolder();
        var file = new FileInfo(Path.Combine(folder.Path, "values"));
        File.WriteAllText(file.FullName, "one;two");
        Assert.Equal(3, Payloads.OfFile(file, ";").Next(0).Bytes.Length);
        Assert.Equal(17, Payloads.OfSize(17).Next(5).Bytes.Length);
        Assert.Equal("12", Encoding.UTF8.GetString(Payloads.Numbers().Next(12).Bytes.Span));
    }
}
