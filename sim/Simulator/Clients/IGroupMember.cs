using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>A consumer's membership in a group, whichever protocol it speaks. Owned by its consumer, which it tells what it owns.</summary>
internal interface IGroupMember
{
    /// <summary>What it is to be.</summary>
    SubscribeOperation Plan { get; }

    /// <summary>Commits and fetches.</summary>
    GroupOffsets Offsets { get; }

    /// <summary>The generation, or member epoch, that it is in; -1: in none.</summary>
    int Generation { get; }

    /// <summary>Its member id; empty before it has one.</summary>
    string MemberId { get; }

    /// <summary>Becomes a member if it is none, and follows what the coordinator wants, until time is up. The consumer polls meanwhile.</summary>
    Task JoinAsync(long untilMs);

    /// <summary>Commits where the consumer is.</summary>
    Task CommitAsync();

    /// <summary>Speaks of a generation that is over: nobody may take it for the one of now.</summary>
    Task BeStaleAsync();

    /// <summary>Ends being a member.</summary>
    Task LeaveAsync();
}
