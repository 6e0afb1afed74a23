using System.Buffers.Binary;
using Deterministic.Protocol;
using Deterministic.Simulator.Clients;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Tests.Clients;

public sealed class HostileFramesTests
{
    [Fact]
    public void What_was_recorded_is_there_whole()
    {
        Assert.True(RecordedRequest.All.Count > 500, $"{RecordedRequest.All.Count} recorded requests");
        Assert.Contains(RecordedRequest.All, recorded => recorded.WasRefused);
        Assert.Contains(RecordedRequest.All, recorded => recorded.Frames.Count > 1);
        Assert.All(RecordedRequest.Changeable, recorded => Assert.NotEqual((short)ApiKey.CreateTopics, KeyOf(recorded.Frames[0])));
    }

    [Fact]
    public void A_flip_changes_one_byte_behind_the_header()
    {
        for (var at = 0; at < 500; at++)
        {
            var original = RecordedRequest.Changeable[at % RecordedRequest.Changeable.Count].Frames[0];
            var flipped = Of(HostileKind.Flipped, at, at, 1 + (at % 255)).Frames[0];
            var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != flipped[i]).ToArray();
            Assert.True(Assert.Single(changed) >= 12, "the header is what says whose answer it is");
        }
    }

    [Fact]
    public void A_truncated_request_is_a_whole_frame_and_half_a_frame_is_none()
    {
        for (var at = 0; at < 500; at++)
        {
            var cut = Of(HostileKind.Truncated, at, at).Frames[0];
            Assert.Equal(cut.Length - 4, BinaryPrimitives.ReadInt32BigEndian(cut));
            var half = Of(HostileKind.HalfFrame, at, at).Frames[0];
            Assert.True(half.Length < 4 || half.Length - 4 < BinaryPrimitives.ReadInt32BigEndian(half));
        }
    }

    [Fact]
    public void An_unknown_api_is_served_by_nobody()
    {
        for (var at = 0; at < 500; at++)
        {
            var frame = Of(HostileKind.UnknownApi, at, at, 1 + (at % 255)).Frames[0];
            var version = BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(6));
            foreach (var api in ApiCatalog.All)
            {
                Assert.False((short)api.Key == KeyOf(frame) && version >= api.First && version <= api.Last);
            }
        }
    }

    [Fact]
    public void Lengths_that_nobody_may_send_must_be_refused()
    {
        for (var at = 0; at < 12; at++)
        {
            var frames = Of(HostileKind.HugeLength, at, at);
            Assert.True(frames.MustBeRefused);
            Assert.NotEqual(frames.Frames[0].Length - 4, BinaryPrimitives.ReadInt32BigEndian(frames.Frames[0]));
        }
    }

    private static HostileFrames Of(HostileKind kind, int number, int at, int amount = 1) =>
        HostileFrames.Of(new HostileOperation { Kind = kind, Case = number, At = at, Amount = amount }, ApiCatalog.All);

    private static short KeyOf(byte[] frame) => BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(4));
}
