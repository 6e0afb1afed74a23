using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>Misuses connections to a broker, each of its own. Owned by its client process.</summary>
internal sealed class HostileClient(ClientProcess process)
{
    private const int PollMs = 20;

    /// <summary>The topics that recorded requests are about, each with the config that makes some of them wrong.</summary>
    private static readonly (string Name, string Key, string Value)[] s_topics =
    [
        ("e-a", "retention.ms", "-1"), ("e-seq", "internal.segment.bytes", "1000"), ("e-compact", "cleanup.policy", "compact"),
        ("e-small", "max.message.bytes", "1000"), ("e-time", "message.timestamp.before.max.ms", "1000"), ("e-append", "message.timestamp.type", "LogAppendTime"),
    ];

    private HostileConnection? _left;
    private bool _isPrepared;

    internal async Task MisuseAsync(HostileOperation operation)
    {
        try
        {
            await PrepareAsync();
            var frames = HostileFrames.Of(operation, ApiCatalog.All);
            var stream = await BrokerConnection.ConnectAsync(process, process.Fleet.Bootstrap[operation.At % process.Fleet.Bootstrap.Count]);
            await UseAsync(new HostileConnection(process, stream, frames, $"{operation}"), operation, frames.Frames.Count);
        }
        catch (RequestLostException)
        {
            // Nobody there to misuse.
        }
    }

    private async Task UseAsync(HostileConnection connection, HostileOperation operation, int answersMax)
    {
        process.Run(connection.SendAsync);
        if (operation.Kind != HostileKind.Unread)
        {
            process.Run(connection.ReceiveAsync);
        }

        var untilMs = process.Shard.MonotonicMs + operation.HoldMs;
        while (!connection.IsOver && connection.Answers < answersMax && process.Shard.MonotonicMs < untilMs)
        {
            await process.DelayAsync(PollMs);
        }

        _left?.HangUp();
        _left = operation.StaysOpen ? connection : null;
        if (!operation.StaysOpen)
        {
            connection.HangUp();
        }
    }

    /// <summary>The topics that recorded requests are about, which no other client uses.</summary>
    private async Task PrepareAsync()
    {
        if (_isPrepared)
        {
            return;
        }

        var request = new CreateTopicsRequest { TimeoutMs = process.Plan.RequestTimeoutMs };
        foreach (var (name, key, value) in s_topics)
        {
            var topic = new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = 2, ReplicationFactor = 1 };
            topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = key, Value = value });
            request.Topics.Add(topic);
        }

        var connection = await process.AnyBrokerAsync([]);
        await connection.AskAsync<CreateTopicsRequest, CreateTopicsResponse>(request);
        _isPrepared = true;
    }
}
