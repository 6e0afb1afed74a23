using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Deterministic.Protocol;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>One of the two brokers: a connection to it, and the names of what it gave out. Lives for the whole run.</summary>
internal sealed class Peer(string name, string host, int port) : IDisposable
{
    private readonly Dictionary<string, JsonNode?> _names = new(StringComparer.Ordinal);
    private TcpClient? _client;
    private int _correlationId;

    public string Name => name;

    public JsonNode? Resolve(string called) =>
        _names.TryGetValue(called.TrimStart('$'), out var value) ? value : called.StartsWith("$zero", StringComparison.Ordinal) ? null : JsonValue.Create(called);

    public bool Knows(string called) => _names.ContainsKey(called);

    public async Task<Outcome> AskAsync(Step step)
    {
        byte[] frame;
        try
        {
            frame = step.Frame(++_correlationId, Resolve);
        }
        catch (Exception unknown) when (unknown is FormatException or InvalidOperationException)
        {
            return new Outcome($"a name was never given: {unknown.Message}", null);
        }

        try
        {
            var stream = await ConnectAsync();
            await stream.WriteAsync(frame);
            using var late = new CancellationTokenSource(step.WaitMs);
            var body = await ReceiveAsync(stream, step, late.Token);
            Keep(step, body);
            return Outcome.Answer(body);
        }
        catch (OperationCanceledException)
        {
            Drop();
            return Outcome.Nothing;
        }
        catch (Exception gone) when (gone is IOException or SocketException)
        {
            Drop();
            return Outcome.Closed;
        }
    }

    /// <summary>Whether it still takes connections.</summary>
    public async Task<bool> IsAliveAsync()
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(host, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => Drop();

    private static JsonNode? At(JsonNode? node, string path)
    {
        foreach (var part in path.Split('.'))
        {
            node = node switch
            {
                JsonArray array => int.Parse(part, System.Globalization.CultureInfo.InvariantCulture) is var at && at < array.Count ? array[at] : null,
                JsonObject value => value[part],
                _ => null,
            };
        }

        return node;
    }

    private async Task<JsonObject> ReceiveAsync(NetworkStream stream, Step step, CancellationToken late)
    {
        var size = new byte[4];
        await stream.ReadExactlyAsync(size, late);
        var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await stream.ReadExactlyAsync(answer, late);
        if (BinaryPrimitives.ReadInt32BigEndian(answer) != _correlationId)
        {
            return new JsonObject { ["_unreadable"] = "another correlation id" };
        }

        try
        {
            var isOld = step.Api.Key == ApiKey.ApiVersions && (step.Version < step.Api.First || step.Version > step.Api.Last);
            return BodyReader.Read(step.Api, isOld ? (short)0 : step.Version, answer.AsMemory(4));
        }
        catch (FormatException error)
        {
            return new JsonObject { ["_unreadable"] = error.Message };
        }
    }

    private void Keep(Step step, JsonObject body)
    {
        foreach (var (key, path) in step.Save)
        {
            if (At(body, path) is { } value && value.ToString() is not ("" or "-1"))
            {
                _names[key] = value.DeepClone();
            }
        }
    }

    private async Task<NetworkStream> ConnectAsync()
    {
        if (_client is null)
        {
            _client = new TcpClient { NoDelay = true };
            await _client.ConnectAsync(host, port);
        }

        return _client.GetStream();
    }

    private void Drop()
    {
        _client?.Dispose();
        _client = null;
    }
}
