using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>Asks for what must be refused and looks at the errors. Owned by its client process.</summary>
internal sealed class Refusals(ClientProcess process)
{
    private readonly RefusedTopics _topics = new(process);
    private readonly RefusedMembers _members = new(process);

    internal async Task AskAsync(RefusedOperation operation)
    {
        try
        {
            var (expected, errors) = await (operation.Request >= RefusedRequest.HeartbeatOfStranger
                ? _members.AskAsync(operation.Request, operation.Variant)
                : _topics.AskAsync(operation.Request, operation.Variant));
            foreach (var error in errors)
            {
                if (!expected.Contains(error) && !ErrorReaction.IsRetriable(error))
                {
                    throw new ViolationException("refused", $"{operation.Request}, variant {operation.Variant}, answers {error} instead of {string.Join(" or ", expected)}");
                }
            }
        }
        catch (RequestLostException)
        {
            // Whoever does not answer does not allow either.
        }
    }

    internal static List<ErrorCode> Errors<T>(Seq<T> results, Func<T, short> errorOf)
    {
        var errors = new List<ErrorCode>();
        foreach (ref var result in results)
        {
            errors.Add((ErrorCode)errorOf(result));
        }

        return errors;
    }
}
