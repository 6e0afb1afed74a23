using System.Globalization;
using System.Text;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Metrics;

/// <summary>One client of the pages: reads heads, answers GET and HEAD, one after the other. Owned by the shard of the pages; lives until either side closes.</summary>
internal sealed class HttpConnection(Shard shard, INetworkStream stream, Func<string, Task<HttpAnswer>> pages)
{
    /// <summary>How long a request may take to arrive, and its answer to be taken.</summary>
    internal const long RequestMsMax = 15_000;

    private readonly byte[] _bytes = new byte[HttpRequestHead.BytesMax];
    private int _count;

    /// <summary>Serves until the end.</summary>
    internal async Task RunAsync()
    {
        try
        {
            while (await ServeOneAsync())
            {
                // The next one.
            }
        }
        catch (IOException)
        {
            // Whoever asked has gone.
        }
        finally
        {
            stream.Dispose();
        }
    }

    private async Task<bool> ServeOneAsync()
    {
        var limit = shard.Timers.Schedule(shard.MonotonicMs + RequestMsMax, static state => ((INetworkStream)state!).Dispose(), stream);
        try
        {
            var length = await ReceiveHeadAsync();
            if (length <= 0)
            {
                return length < 0 && await RefuseAsync();
            }

            var head = HttpRequestHead.Parse(_bytes.AsSpan(0, length));
            _bytes.AsSpan(length, _count - length).CopyTo(_bytes);
            _count -= length;
            return head is { } request ? await AnswerAsync(request) : await RefuseAsync();
        }
        finally
        {
            limit.Cancel();
        }
    }

    /// <summary>The length of the head; 0: the client has gone; -1: it is too long.</summary>
    private async Task<int> ReceiveHeadAsync()
    {
        while (true)
        {
            if (HttpRequestHead.LengthOf(_bytes.AsSpan(0, _count)) is var length and > 0)
            {
                return length;
            }

            if (_count == _bytes.Length)
            {
                return -1;
            }

            var received = await stream.ReceiveAsync(_bytes.AsMemory(_count));
            if (received == 0)
            {
                return 0;
            }

            _count += received;
        }
    }

    private async Task<bool> AnswerAsync(HttpRequestHead request)
    {
        var answer = request.Method is "GET" or "HEAD"
            ? await pages(request.Path)
            : HttpAnswer.Line(405, $"{request.Method} is not allowed here; GET and HEAD are");
        await SendAsync(answer, request.KeepsAlive, withBody: request.Method != "HEAD");
        return request.KeepsAlive;
    }

    private async Task<bool> RefuseAsync()
    {
        await SendAsync(HttpAnswer.Line(400, $"not an HTTP/1.1 request, or its head is longer than {HttpRequestHead.BytesMax} bytes"), keepsAlive: false, withBody: true);
        return false;
    }

    private async Task SendAsync(HttpAnswer answer, bool keepsAlive, bool withBody)
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {answer.Status} {ReasonOf(answer.Status)}\r\nContent-Type: {answer.ContentType}\r\nContent-Length: {body.Length}\r\nConnection: {(keepsAlive ? "keep-alive" : "close")}\r\n\r\n");
        await stream.SendAsync(Encoding.ASCII.GetBytes(head), more: withBody);
        if (withBody)
        {
            await stream.SendAsync(body);
        }
    }

    private static string ReasonOf(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        503 => "Service Unavailable",
        _ => "Error",
    };
}
