using System.Buffers.Binary;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// The bytes of a misuse. <paramref name="AreFramed"/> tells that they can be cut into requests, each with its correlation id;
/// <paramref name="MustBeRefused"/> that none of them may be answered.
/// </summary>
internal sealed record HostileFrames(IReadOnlyList<byte[]> Frames, bool AreFramed, bool MustBeRefused)
{
    /// <summary>Bytes in front of the client id: length, API key, version and correlation id.</summary>
    private const int HeaderBytes = 12;

    private const int NoiseBytesMax = 600;
    private const int UnreadMax = 200;
    private const short FirstUnknownKey = 1000;

    private static readonly int[] s_lengths = [int.MaxValue, 104_857_601, 0, -1, int.MinValue, 104_857_600];

    internal static HostileFrames Of(HostileOperation operation, ReadOnlySpan<ApiInfo> served)
    {
        var (all, changeable) = (RecordedRequest.All, RecordedRequest.Changeable);
        var recorded = all[operation.Case % all.Count];
        var frame = changeable[operation.Case % changeable.Count].Frames[0];
        return operation.Kind switch
        {
            HostileKind.Recorded => new(recorded.Frames, recorded.IsFramed, recorded.WasRefused),
            HostileKind.Flipped => new([Flipped(frame, operation)], AreFramed: true, MustBeRefused: false),
            HostileKind.Truncated => new([Truncated(frame, operation.At)], AreFramed: true, MustBeRefused: false),
            HostileKind.HalfFrame => new([frame[..(1 + (operation.At % (frame.Length - 1)))]], AreFramed: false, MustBeRefused: true),
            HostileKind.WrongLength => new([WithLength(frame, frame.Length - RequestCodec.SizeBytes + operation.Amount - (byte.MaxValue / 2)), frame], AreFramed: false, MustBeRefused: false),
            HostileKind.HugeLength => new([WithLength(frame, s_lengths[operation.At % s_lengths.Length])], AreFramed: false, MustBeRefused: true),
            HostileKind.UnknownApi => new([Unknown(operation, served)], AreFramed: true, MustBeRefused: false),
            HostileKind.Noise => new([Noise(operation)], AreFramed: false, MustBeRefused: false),
            HostileKind.Unread => new([.. Enumerable.Repeat(frame, 1 + (operation.At % UnreadMax))], AreFramed: true, MustBeRefused: false),
            _ => throw new ArgumentException($"{operation.Kind} is no misuse", nameof(operation)),
        };
    }

    private static byte[] Flipped(byte[] frame, HostileOperation operation)
    {
        var flipped = frame.ToArray();
        flipped[HeaderBytes + (operation.At % (frame.Length - HeaderBytes))] ^= (byte)operation.Amount;
        return flipped;
    }

    private static byte[] Truncated(byte[] frame, int at)
    {
        var cut = frame[..(HeaderBytes + (at % (frame.Length - HeaderBytes)))];
        BinaryPrimitives.WriteInt32BigEndian(cut, cut.Length - RequestCodec.SizeBytes);
        return cut;
    }

    private static byte[] WithLength(byte[] frame, int length)
    {
        var changed = frame.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(changed, length);
        return changed;
    }

    private static byte[] Unknown(HostileOperation operation, ReadOnlySpan<ApiInfo> served)
    {
        var request = new ApiVersionsRequest { ClientSoftwareName = "simulated", ClientSoftwareVersion = "1" };
        var frame = RequestCodec.Encode(ref request, ApiVersionsRequest.Api.Last, operation.Amount, "hostile");
        var api = served[operation.Case % served.Length];
        var (key, version) = (operation.At % 3) switch
        {
            0 => ((short)(FirstUnknownKey + operation.At), (short)(operation.Amount % 4)),
            1 => ((short)api.Key, (short)(api.Last + operation.Amount)),
            _ => ((short)api.Key, (short)(api.First - operation.Amount)),
        };
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(4), key);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(6), version);
        return frame;
    }

    private static byte[] Noise(HostileOperation operation)
    {
        var noise = new byte[1 + (operation.At % NoiseBytesMax)];
        for (var i = 0; i < noise.Length; i++)
        {
            noise[i] = (byte)SeededChooser.Mix(((ulong)operation.Case << 32) | (uint)i);
        }

        return noise;
    }
}
