using System.Text.Json;
using Deterministic.Protocol.Stored.Headers;
using Deterministic.Protocol.Wire;
using Deterministic.Tests.Shared;

namespace Deterministic.Protocol.Tests.Wire;

/// <summary>Frames of real clients and of Kafka's answers.</summary>
public class CaptureTests
{
    [Fact]
    public void Frames_of_real_clients_and_kafkas_answers_are_read_and_written_back_unchanged()
    {
        var frames = 0;
        foreach (var line in Golden.Lines("Protocol/samples.jsonl.gz"))
        {
            using var document = JsonDocument.Parse(line);
            var sample = document.RootElement;
            var isRequest = sample.GetProperty("dir").GetString() == ">";
            var type = MessageType.Of(sample.GetProperty("api").GetString() + (isRequest ? "Request" : "Response"));
            var version = sample.GetProperty("ver").GetInt16();
            if (version > type.Last)
            {
                continue;
            }

            var where = $"{type.Name} v{version} from {sample.GetProperty("from").GetString()}";
            AssertUnchanged(type, version, isRequest, Convert.FromHexString(sample.GetProperty("hex").GetString()!), where);
            frames++;
        }

        Assert.True(frames > 500, $"{frames} frames");
    }

    private static void AssertUnchanged(MessageType type, short version, bool isRequest, byte[] frame, string where)
    {
        var api = ApiCatalog.All.ToArray().Single(candidate => type.Name.StartsWith($"{candidate.Key}Re", StringComparison.Ordinal));
        var header = isRequest
            ? HeaderBytes<RequestHeader>(frame, api.RequestHeaderVersion(version), RequestHeader.Info.FlexibleSince)
            : HeaderBytes<ResponseHeader>(frame, api.ResponseHeaderVersion(version), ResponseHeader.Info.FlexibleSince);
        var (_, body, read) = type.Reencode(frame.AsMemory(header.Length), version);
        Assert.True(header.Length + read == frame.Length, $"{where}: {frame.Length - header.Length - read} bytes are left");
        Assert.True(frame.AsSpan().SequenceEqual([.. header, .. body]), $"{where}: written back as {Convert.ToHexStringLower([.. header, .. body])}");
    }

    private static byte[] HeaderBytes<T>(byte[] frame, short version, short flexibleSince)
        where T : struct, IMessage
    {
        var header = new T();
        var reader = new WireReader(frame, version, version >= flexibleSince);
        header.Walk(ref reader);
        var bytes = new byte[reader.Position];
        var writer = new WireWriter(bytes, version, version >= flexibleSince);
        header.Walk(ref writer);
        Assert.Equal(bytes.Length, writer.Position);
        return bytes;
    }
}
