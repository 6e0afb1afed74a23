using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// Asks which metrics to push, pushes, and looks whether the answers are those of KIP-714. Owned by its client process. What was
/// said over a connection that broke is not followed up: a broker remembers clients only as long as it lives.
/// </summary>
internal sealed class TelemetryReporter(ClientProcess process)
{
    private const int UnknownCodec = 77;

    /// <summary>A gauge org.apache.kafka.sim of 1, as OTLP writes it.</summary>
    private static readonly byte[] s_metrics = BuildMetrics();

    /// <summary>A field that is longer than what there is.</summary>
    private static readonly byte[] s_garbage = [0x0A, 0x7F, 1];

    private Uuid _instance;

    internal async Task ReportAsync(TelemetryOperation operation)
    {
        try
        {
            var connection = await process.AnyBrokerAsync([]);
            var startedMs = process.Shard.MonotonicMs;
            if (!operation.StaysTheSame)
            {
                _instance = default;
            }

            var isNew = _instance.IsZero;
            var asked = await connection.AskAsync<GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse>(
                new GetTelemetrySubscriptionsRequest { ClientInstanceId = _instance });
            var error = (ErrorCode)asked.ErrorCode;
            if (error == ErrorCode.ThrottlingQuotaExceeded && !isNew)
            {
                return;
            }

            Expect(operation, "asking", error, ErrorCode.None);
            if (asked.PushIntervalMs <= 0 || asked.ClientInstanceId.IsZero || (!isNew && asked.ClientInstanceId != _instance))
            {
                throw new ViolationException("telemetry", $"{_instance} is told interval {asked.PushIntervalMs} and id {asked.ClientInstanceId}");
            }

            _instance = asked.ClientInstanceId;
            await FirstPushAsync(connection, operation, asked);

            // A broker whose clock went on for an interval meanwhile has every right to answer otherwise.
            if (process.Shard.MonotonicMs - startedMs < asked.PushIntervalMs / 2)
            {
                await PlayAsync(connection, operation, asked);
            }
        }
        catch (RequestLostException)
        {
            _instance = default;
        }
    }

    private async Task FirstPushAsync(BrokerConnection connection, TelemetryOperation operation, GetTelemetrySubscriptionsResponse asked)
    {
        var push = PushOf(asked);
        var expected = ErrorCode.None;
        switch (operation.Trick)
        {
            case TelemetryTrick.NamesAnotherSubscription:
                push.SubscriptionId++;
                expected = ErrorCode.UnknownSubscriptionId;
                break;
            case TelemetryTrick.PushesGarbage:
                push.Metrics = new Blob(s_garbage);
                expected = ErrorCode.InvalidRecord;
                break;
            case TelemetryTrick.NamesUnknownCodec:
                push.CompressionType = UnknownCodec;
                expected = ErrorCode.UnsupportedCompressionType;
                break;
        }

        Expect(operation, "the first push", await PushAsync(connection, push), expected);
    }

    private async Task PlayAsync(BrokerConnection connection, TelemetryOperation operation, GetTelemetrySubscriptionsResponse asked)
    {
        var push = PushOf(asked);
        switch (operation.Trick)
        {
            case TelemetryTrick.PushesTooEarly:
                Expect(operation, "a push before its time", await PushAsync(connection, push), ErrorCode.ThrottlingQuotaExceeded);
                break;
            case TelemetryTrick.AsksTooEarly:
                var again = await connection.AskAsync<GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse>(
                    new GetTelemetrySubscriptionsRequest { ClientInstanceId = _instance });
                Expect(operation, "asking before its time", (ErrorCode)again.ErrorCode, ErrorCode.ThrottlingQuotaExceeded);
                break;
            case TelemetryTrick.PushesAfterItsEnd:
                push.Terminating = true;
                Expect(operation, "the last push", await PushAsync(connection, push), ErrorCode.None);
                Expect(operation, "a push after the last", await PushAsync(connection, push), ErrorCode.InvalidRequest);
                _instance = default;
                break;
        }
    }

    private PushTelemetryRequest PushOf(GetTelemetrySubscriptionsResponse asked) => new()
    {
        ClientInstanceId = _instance, SubscriptionId = asked.SubscriptionId, Metrics = new Blob(s_metrics),
    };

    private static async Task<ErrorCode> PushAsync(BrokerConnection connection, PushTelemetryRequest push) =>
        (ErrorCode)(await connection.AskAsync<PushTelemetryRequest, PushTelemetryResponse>(push)).ErrorCode;

    private void Expect(TelemetryOperation operation, string what, ErrorCode actual, ErrorCode expected)
    {
        if (actual != expected)
        {
            throw new ViolationException("telemetry", $"{what} of client instance {_instance} ({operation.Trick}) is answered {actual} instead of {expected}");
        }
    }

    private static byte[] BuildMetrics()
    {
        byte[] point = [.. Field(4, 1), .. BitConverter.GetBytes(1.0)];
        var gauge = Nested(1, point);
        byte[] metric = [.. Nested(1, "org.apache.kafka.sim"u8.ToArray()), .. Nested(5, gauge)];
        return Nested(1, Nested(2, Nested(2, metric)));
    }

    private static byte[] Nested(int field, byte[] content) => [.. Field(field, 2), (byte)content.Length, .. content];

    private static byte[] Field(int number, int wireType) => [(byte)((number << 3) | wireType)];
}
