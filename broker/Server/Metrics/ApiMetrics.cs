using Deterministic.Kernel.Metrics;
using Deterministic.Protocol;

namespace Deterministic.Server.Metrics;

/// <summary>
/// What the requests of one API cost on one shard. Times are microseconds. Made when the first one arrives, lives as long as
/// the shard, which owns it.
/// </summary>
public sealed class ApiMetrics(ApiInfo api)
{
    /// <summary>One more than the highest error code that is counted by itself; what is higher counts as UNKNOWN_SERVER_ERROR.</summary>
    public const int ErrorCodesMax = 160;

    private readonly long[] _requests = new long[api.Last - api.First + 1];
    private readonly long[] _errors = new long[ErrorCodesMax + 1];

    /// <summary>The API.</summary>
    public ApiInfo Api { get; } = api;

    /// <summary>From the last byte of the request to the last byte of the answer.</summary>
    public Histogram TotalTime { get; } = new();

    /// <summary>From the last byte of the request until it is looked at.</summary>
    public Histogram RequestQueueTime { get; } = new();

    /// <summary>As long as the shard that received it works on it before it waits for anything.</summary>
    public Histogram LocalTime { get; } = new();

    /// <summary>Waiting: for other shards, for the disk, for records to arrive.</summary>
    public Histogram RemoteTime { get; } = new();

    /// <summary>Answered, and waiting for the answers to earlier requests.</summary>
    public Histogram ResponseQueueTime { get; } = new();

    /// <summary>Until the socket had taken the answer.</summary>
    public Histogram ResponseSendTime { get; } = new();

    /// <summary>Sizes of requests.</summary>
    public Histogram RequestBytes { get; } = new();

    /// <summary>Requests of a version.</summary>
    public long RequestsOf(short version) => _requests[version - Api.First];

    /// <summary>How often an answer held that code, in whichever of its fields.</summary>
    public long ErrorsOf(int code) => _errors[code + 1];

    internal void OnRequest(short version, int bytes, long nowMs)
    {
        _requests[Math.Clamp(version, Api.First, Api.Last) - Api.First]++;
        RequestBytes.Record(bytes, nowMs);
    }

    internal Span<long> Errors => _errors;
}
