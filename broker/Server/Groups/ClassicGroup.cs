using Deterministic.Kernel.Time;
using Deterministic.Kernel;
using Deterministic.Protocol.Stored.Groups;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups.Consumers;

namespace Deterministic.Server.Groups;

/// <summary>
/// A group of the classic protocol, or one that only has committed offsets (then it is Empty and has no protocol type), or one
/// of the consumer protocol (then the classic part is Empty, and <see cref="Consumer"/> has the members).
/// Owned by the shard of its partition of <c>__consumer_offsets</c>; lives while that partition is loaded.
/// <para>What is durable is <see cref="Stored"/> and <see cref="Offsets"/>, changed by <see cref="GroupPartition.Replay"/>
/// alone; members, timers and waiting answers are rebuilt from it when the partition is loaded. Invariants:
/// 0 &lt;= AwaitingJoinCount &lt;= Members.Count; a group with members is never Empty; <see cref="LeaderId"/> is null or a
/// member's; every instance id belongs to one member.</para>
/// </summary>
public sealed class ClassicGroup(GroupPartition partition, Text groupId)
{
    private readonly Dictionary<Text, ClassicMember> _members = [];
    private readonly Dictionary<Text, ClassicMember> _staticMembers = [];

    /// <summary>Where its records are.</summary>
    public GroupPartition Partition { get; } = partition;

    /// <summary>Its id, in memory of its own.</summary>
    public Text GroupId { get; } = groupId;

    /// <summary>The state.</summary>
    public ClassicGroupState State { get; private set; } = ClassicGroupState.Empty;

    /// <summary>When it entered the state by the wall clock; -1 when that is unknown.</summary>
    public long StateTimestampMs { get; internal set; } = -1;

    /// <summary>Raised by one with each completed rebalance.</summary>
    public int GenerationId { get; internal set; }

    /// <summary><c>consumer</c>, <c>connect</c>...; null until the first member joins.</summary>
    public Text ProtocolType { get; internal set; } = Text.Null;

    /// <summary>The assignor of this generation; null without members.</summary>
    public Text ProtocolName { get; internal set; } = Text.Null;

    /// <summary>The member that assigns; null without members.</summary>
    public Text LeaderId { get; internal set; } = Text.Null;

    /// <summary>Topics that the members subscribed to; null when the metadata does not tell.</summary>
    public IReadOnlySet<Text>? SubscribedTopics { get; internal set; }

    /// <summary>The group as its latest durable record has it; null while there is none.</summary>
    public GroupMetadataValue? Stored { get; internal set; }

    /// <summary>What was committed.</summary>
    public GroupOffsets Offsets { get; } = new();

    /// <summary>What makes it a group of the consumer protocol (KIP-848), changed by <see cref="GroupPartition.Replay"/> alone; null when it is none.</summary>
    public ConsumerGroup? Consumer { get; internal set; }

    /// <summary>What is due for members of the consumer protocol.</summary>
    internal Dictionary<Text, MemberTimers> Timers { get; } = [];

    /// <summary>The version of the topics that the subscriptions of the consumer protocol were last compared with.</summary>
    internal long TopicsSeen { get; set; } = -1;

    /// <summary>Where requests wait while a change of the members of the consumer protocol is being written.</summary>
    internal GroupLine Line { get; } = new();

    /// <summary>What waits until no append of the group is under way.</summary>
    internal Queue<Action> WhenIdle { get; } = new();

    /// <summary>True when the log says that the group belongs to another protocol (share, streams), which this broker does not serve.</summary>
    public bool IsOfOtherProtocol { get; internal set; }

    /// <summary>Appends of records of this group that are under way.</summary>
    public int PendingAppends { get; internal set; }

    /// <summary>The members by id.</summary>
    public IReadOnlyDictionary<Text, ClassicMember> Members => _members;

    /// <summary>Members whose join waits for the rebalance.</summary>
    public int AwaitingJoinCount { get; internal set; }

    /// <summary>Member ids that were given out and have not joined yet, with what forgets them.</summary>
    internal Dictionary<Text, ScheduledTimer> PendingJoins { get; } = [];

    /// <summary>Members that know the generation and have not asked for their assignment.</summary>
    internal HashSet<Text> PendingSyncs { get; } = [];

    internal ScheduledTimer? RebalanceTimer { get; set; }

    internal ScheduledTimer? SyncTimer { get; set; }

    /// <summary>True while the group waits for more first members.</summary>
    internal bool IsInInitialDelay { get; set; }

    /// <summary>True when somebody joined since the initial delay was last extended.</summary>
    internal bool HasNewMember { get; set; }

    /// <summary>By how much the initial delay may still be extended.</summary>
    internal int InitialDelayRemainingMs { get; set; }

    /// <summary>The generation whose assignment is being appended; -1 for none.</summary>
    internal int StoringGeneration { get; set; } = -1;

    /// <summary>Whether it has the metadata of <c>consumer</c> groups.</summary>
    public bool IsConsumerProtocol => ProtocolType == Subscriptions.ConsumerProtocolType;

    /// <summary>The longest rebalance timeout of its members.</summary>
    public int RebalanceTimeoutMs
    {
        get
        {
            var longest = 0;
            foreach (var (_, member) in _members)
            {
                longest = Math.Max(longest, member.RebalanceTimeoutMs);
            }

            return longest;
        }
    }

    /// <summary>Whether nobody has to be waited for before the rebalance completes.</summary>
    public bool HasAllMembersJoined => AwaitingJoinCount == _members.Count && PendingJoins.Count == 0;

    /// <summary>The static member that holds the instance id, or null.</summary>
    public ClassicMember? StaticMember(Text instanceId) => _staticMembers.GetValueOrDefault(instanceId);

    /// <summary>The member with that id, or null.</summary>
    public ClassicMember? Member(Text memberId) => _members.GetValueOrDefault(memberId);

    /// <summary>Whether a member that speaks these could be of this group.</summary>
    public bool Accepts(Text protocolType, IReadOnlyCollection<Text> protocols)
    {
        if (_members.Count == 0)
        {
            return !protocolType.IsNullOrEmpty && protocols.Count > 0;
        }

        return ProtocolType == protocolType && protocols.Any(IsSpokenByAll);
    }

    /// <summary>Moves to a state along a permitted edge.</summary>
    internal void TransitionTo(ClassicGroupState next, long wallClockMs)
    {
        var isPermitted = next switch
        {
            ClassicGroupState.Empty => State == ClassicGroupState.PreparingRebalance,
            ClassicGroupState.PreparingRebalance =>
                State is ClassicGroupState.Empty or ClassicGroupState.CompletingRebalance or ClassicGroupState.Stable,
            ClassicGroupState.CompletingRebalance => State == ClassicGroupState.PreparingRebalance,
            ClassicGroupState.Stable => State == ClassicGroupState.CompletingRebalance,
            _ => State != ClassicGroupState.Dead,
        };
        Check.That(isPermitted, $"group {GroupId} cannot go from {State} to {next}");
        State = next;
        StateTimestampMs = wallClockMs;
    }

    /// <summary>The state that a loaded group starts in.</summary>
    internal void LoadInto(ClassicGroupState state) => State = state;

    /// <summary>The classic part forgets everything, for the group goes on in the consumer protocol.</summary>
    internal void Reset()
    {
        Check.That(_members.Count == 0, $"group {GroupId} is reset and has classic members");
        State = ClassicGroupState.Empty;
        (StateTimestampMs, GenerationId, StoringGeneration, AwaitingJoinCount) = (-1, 0, -1, 0);
        (ProtocolType, ProtocolName, LeaderId, SubscribedTopics) = (Text.Null, Text.Null, Text.Null, null);
        (IsInInitialDelay, HasNewMember) = (false, false);
        PendingSyncs.Clear();
    }

    internal void Add(ClassicMember member)
    {
        Check.That(!_members.ContainsKey(member.MemberId), $"member {member.MemberId} joined group {GroupId} twice");
        _members.Add(member.MemberId, member);
        if (member.IsStatic)
        {
            Check.That(_staticMembers.TryAdd(member.InstanceId, member), $"instance {member.InstanceId} is in group {GroupId} twice");
        }

        if (member.AwaitingJoin is not null)
        {
            AwaitingJoinCount++;
        }

        if (LeaderId.IsNull)
        {
            LeaderId = member.MemberId;
        }
    }

    /// <summary>Takes a member out; the caller answers what it waits for. A leader is followed by the first member left.</summary>
    internal void Remove(ClassicMember member)
    {
        Check.That(_members.Remove(member.MemberId), $"member {member.MemberId} is not in group {GroupId}");
        if (member.IsStatic)
        {
            _staticMembers.Remove(member.InstanceId);
        }

        if (member.AwaitingJoin is not null)
        {
            AwaitingJoinCount--;
        }

        PendingSyncs.Remove(member.MemberId);
        member.SessionTimer?.Cancel();
        if (LeaderId == member.MemberId)
        {
            LeaderId = _members.Count == 0 ? Text.Null : _members.First().Key;
        }
    }

    /// <summary>Each member votes for the protocol it likes best among those all speak; a draw goes to the one voted for first.</summary>
    internal Text SelectProtocol()
    {
        var votes = new List<(Text Protocol, int Count)>();
        foreach (var (_, member) in _members)
        {
            var choice = member.Protocols.First(p => IsSpokenByAll(p.Name)).Name;
            var i = votes.FindIndex(v => v.Protocol == choice);
            if (i < 0)
            {
                votes.Add((choice, 1));
            }
            else
            {
                votes[i] = (choice, votes[i].Count + 1);
            }
        }

        Check.That(votes.Count > 0, $"group {GroupId} has nobody to vote for a protocol");
        return votes.MaxBy(v => v.Count).Protocol;
    }

    /// <summary>Whether every member speaks the protocol.</summary>
    internal bool IsSpokenByAll(Text protocol)
    {
        foreach (var (_, member) in _members)
        {
            if (!member.Supports(protocol))
            {
                return false;
            }
        }

        return true;
    }
}
