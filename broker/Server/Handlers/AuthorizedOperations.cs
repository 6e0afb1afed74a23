namespace Deterministic.Server.Handlers;

/// <summary>What a client may do, as bits by the numbers of the operations. There is no authorizer yet: everything that makes sense.</summary>
internal static class AuthorizedOperations
{
    /// <summary>Read, write, create, delete, alter, describe, describe and alter configs.</summary>
    internal const int Topic = 3576;

    /// <summary>Create, alter, describe, cluster action, describe and alter configs, idempotent write.</summary>
    internal const int Cluster = 8096;

    /// <summary>Read, delete, describe, describe and alter configs.</summary>
    internal const int Group = 3400;
}
