using Deterministic.Protocol;

namespace Deterministic.Host.Client;

/// <summary>A command could not do what was asked; the message is meant for the person at the terminal.</summary>
internal sealed class KafkaClientException(string message, ErrorCode code = ErrorCode.UnknownServerError) : Exception(message)
{
    /// <summary>What the broker answered, if it answered.</summary>
    public ErrorCode Code { get; } = code;

    /// <summary>Throws unless <paramref name="code"/> is none.</summary>
    public static void ThrowOn(short code, string what, string? detail = null)
    {
        if (code != 0)
        {
            var error = (ErrorCode)code;
            throw new KafkaClientException($"{what}: {detail ?? ErrorCodes.MessageOf(error)} ({ErrorCodes.NameOf(error)})", error);
        }
    }
}
