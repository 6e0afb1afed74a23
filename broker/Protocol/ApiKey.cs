namespace Deterministic.Protocol;

/// <summary>The keys of the protocol's APIs. A key stands here whether or not this broker serves it; <see cref="ApiCatalog"/> says that.</summary>
public enum ApiKey : short
{
    /// <summary>Append record batches to partitions (acks 0/1/-1); acks=0 gets no response at all; v13 names topics by id.</summary>
    Produce = 0,

    /// <summary>Read record batches (consumer), replicate (follower ReplicaId&gt;=0) and replicate the KRaft metadata log (controller listener); incremental fetch sessions v7+, topic ids v13+, diverging-epoch truncation v12+.</summary>
    Fetch = 1,

    /// <summary>Resolve offsets by timestamp or sentinel (-1 latest, -2 earliest, -3 max timestamp, -4 earliest local, -5 last tiered, -6 earliest pending upload v11); honours isolation level (LSO) v2+.</summary>
    ListOffsets = 2,

    /// <summary>Cluster id, controller, brokers, topics (name+id), partition leaders/epochs/ISR/offline; may auto-create topics; null topic list = all, empty = none (v1+).</summary>
    Metadata = 3,

    /// <summary>Removed in 4.0.</summary>
    LeaderAndIsr = 4,

    /// <summary>Removed in 4.0.</summary>
    StopReplica = 5,

    /// <summary>Removed in 4.0.</summary>
    UpdateMetadata = 6,

    /// <summary>Removed in 4.0 (BrokerHeartbeat.wantShutDown does it).</summary>
    ControlledShutdown = 7,

    /// <summary>Commit consumer offsets with generation/member-epoch fencing; v10 names topics by id.</summary>
    OffsetCommit = 8,

    /// <summary>Fetch committed offsets (batched groups v8+; require-stable v7+; member epoch v9+; topic ids v10).</summary>
    OffsetFetch = 9,

    /// <summary>Locate coordinator broker for group(0)/transaction(1)/share(2) keys; batched keys v4+.</summary>
    FindCoordinator = 10,

    /// <summary>Classic protocol join phase; returns leader + member list; MEMBER_ID_REQUIRED handshake v4+; static id v5+; skip-assignment v9.</summary>
    JoinGroup = 11,

    /// <summary>Classic group liveness + rebalance signal (REBALANCE_IN_PROGRESS).</summary>
    Heartbeat = 12,

    /// <summary>Leave group (batched members + instance id v3+, reason v5+).</summary>
    LeaveGroup = 13,

    /// <summary>Classic protocol assignment distribution; protocol type/name echoed v5+.</summary>
    SyncGroup = 14,

    /// <summary>Describe classic groups (state, members, assignments).</summary>
    DescribeGroups = 15,

    /// <summary>List groups on a broker with state/type filters (v4/v5).</summary>
    ListGroups = 16,

    /// <summary>Pick SASL mechanism (v0 = raw token framing follows, v1 = SaslAuthenticate framing).</summary>
    SaslHandshake = 17,

    /// <summary>Advertise supported API versions and features; always answered (unsupported version -&gt; v0 body with error 35); response header always v0; 4.4 v5 carries expected cluster id and node id.</summary>
    ApiVersions = 18,

    /// <summary>Create topics with partitions/RF or explicit assignment and configs; v7 returns topic id.</summary>
    CreateTopics = 19,

    /// <summary>Delete topics by name or topic id (v6).</summary>
    DeleteTopics = 20,

    /// <summary>Advance log start offset (delete records before offset).</summary>
    DeleteRecords = 21,

    /// <summary>Allocate producer id / bump epoch / fence and recover transactional id; v6 (unstable) is two-phase commit.</summary>
    InitProducerId = 22,

    /// <summary>End offset of a leader epoch for truncation detection (consumer KIP-320 and follower).</summary>
    OffsetForLeaderEpoch = 23,

    /// <summary>Add partitions to ongoing txn (v0-3 client; v4+ broker batched verify-only; v5 abortable error).</summary>
    AddPartitionsToTxn = 24,

    /// <summary>Register a group's offsets partition in the ongoing txn.</summary>
    AddOffsetsToTxn = 25,

    /// <summary>Commit/abort the ongoing txn (v5 bumps producer epoch, TV2).</summary>
    EndTxn = 26,

    /// <summary>Txn coordinator-&gt;partition leader: write COMMIT/ABORT control batch; v2 carries the transaction version.</summary>
    WriteTxnMarkers = 27,

    /// <summary>Stage offset commits inside a txn (group metadata fencing v3+; 4.4 v6 names topics by id).</summary>
    TxnOffsetCommit = 28,

    /// <summary>List ACLs by filter.</summary>
    DescribeAcls = 29,

    /// <summary>Create ACL bindings.</summary>
    CreateAcls = 30,

    /// <summary>Delete ACL bindings by filter.</summary>
    DeleteAcls = 31,

    /// <summary>Read topic/broker/logger/client-metrics/group configs incl. source, synonyms, docs.</summary>
    DescribeConfigs = 32,

    /// <summary>Legacy full-replace config alter (deprecated in favour of incremental).</summary>
    AlterConfigs = 33,

    /// <summary>Move replica between log dirs on one broker (JBOD).</summary>
    AlterReplicaLogDirs = 34,

    /// <summary>Report size/lag/future flag per replica per log dir; total/usable bytes v4; cordoned flag v5.</summary>
    DescribeLogDirs = 35,

    /// <summary>Exchange SASL auth bytes; returns session lifetime v1+ (re-auth KIP-368).</summary>
    SaslAuthenticate = 36,

    /// <summary>Increase partition count.</summary>
    CreatePartitions = 37,

    /// <summary>Create delegation token.</summary>
    CreateDelegationToken = 38,

    /// <summary>Renew delegation token.</summary>
    RenewDelegationToken = 39,

    /// <summary>Expire delegation token.</summary>
    ExpireDelegationToken = 40,

    /// <summary>Describe delegation tokens.</summary>
    DescribeDelegationToken = 41,

    /// <summary>Delete empty groups and their offsets; 4.4 v3 adds an error message.</summary>
    DeleteGroups = 42,

    /// <summary>Trigger preferred/unclean leader election.</summary>
    ElectLeaders = 43,

    /// <summary>Incremental config changes (SET/DELETE/APPEND/SUBTRACT) for topic/broker/logger/client-metrics/group.</summary>
    IncrementalAlterConfigs = 44,

    /// <summary>Start/cancel partition reassignments; v1 can forbid a replication factor change.</summary>
    AlterPartitionReassignments = 45,

    /// <summary>List ongoing reassignments.</summary>
    ListPartitionReassignments = 46,

    /// <summary>Delete committed offsets of topics a group does not subscribe to.</summary>
    OffsetDelete = 47,

    /// <summary>Describe client quotas (user/client-id/ip entities).</summary>
    DescribeClientQuotas = 48,

    /// <summary>Alter client quotas.</summary>
    AlterClientQuotas = 49,

    /// <summary>Describe SCRAM credential metadata.</summary>
    DescribeUserScramCredentials = 50,

    /// <summary>Upsert/delete SCRAM credentials.</summary>
    AlterUserScramCredentials = 51,

    /// <summary>Raft vote request (KIP-595; v1 voter/directory ids KIP-853; v2 pre-vote KIP-996).</summary>
    Vote = 52,

    /// <summary>New raft leader announces its epoch to voters.</summary>
    BeginQuorumEpoch = 53,

    /// <summary>Resigning raft leader asks successors to elect.</summary>
    EndQuorumEpoch = 54,

    /// <summary>Describe KRaft quorum: leader, epoch, HW, voters and observers with lag.</summary>
    DescribeQuorum = 55,

    /// <summary>Partition leader asks controller to change ISR / leader recovery state (partitionEpoch CAS; v3 broker epochs in ISR).</summary>
    AlterPartition = 56,

    /// <summary>Finalize/upgrade/downgrade feature levels (metadata.version, transaction.version, group.version, ...).</summary>
    UpdateFeatures = 57,

    /// <summary>Broker forwards a client request to the controller with principal and client address.</summary>
    Envelope = 58,

    /// <summary>Fetch bytes of a KRaft metadata snapshot at (endOffset, epoch).</summary>
    FetchSnapshot = 59,

    /// <summary>Cluster id, brokers or controllers, endpoint type, authorized ops.</summary>
    DescribeCluster = 60,

    /// <summary>Describe active producer state on a partition (find hanging txns, KIP-664).</summary>
    DescribeProducers = 61,

    /// <summary>Broker registers incarnation, listeners, features, log dirs, rack; gets broker epoch.</summary>
    BrokerRegistration = 62,

    /// <summary>Broker liveness, fencing state, controlled shutdown, offline log dirs (v1), cordoned log dirs (v2).</summary>
    BrokerHeartbeat = 63,

    /// <summary>Remove a broker registration.</summary>
    UnregisterBroker = 64,

    /// <summary>Describe transaction state by transactional id.</summary>
    DescribeTransactions = 65,

    /// <summary>List transactions (state/pid filters, duration v1, id pattern v2).</summary>
    ListTransactions = 66,

    /// <summary>Broker obtains a block of producer ids.</summary>
    AllocateProducerIds = 67,

    /// <summary>KIP-848 heartbeat: join/leave/reconcile with member epoch; v1 regex + client-generated member id.</summary>
    ConsumerGroupHeartbeat = 68,

    /// <summary>KIP-848 group describe.</summary>
    ConsumerGroupDescribe = 69,

    /// <summary>Controller registers incarnation/endpoints/features with active controller (KIP-919).</summary>
    ControllerRegistration = 70,

    /// <summary>Client obtains telemetry subscription (KIP-714).</summary>
    GetTelemetrySubscriptions = 71,

    /// <summary>Client pushes OTLP metrics (KIP-714).</summary>
    PushTelemetry = 72,

    /// <summary>Broker tells controller which log dir holds each replica (KIP-858).</summary>
    AssignReplicasToDirs = 73,

    /// <summary>List config resources by type (v0: client-metrics only; v1: any type).</summary>
    ListConfigResources = 74,

    /// <summary>Paginated topic description incl. ELR and last-known ELR (KIP-966).</summary>
    DescribeTopicPartitions = 75,

    /// <summary>Share group membership heartbeat (KIP-932); v0 was never stable.</summary>
    ShareGroupHeartbeat = 76,

    /// <summary>Describe share groups.</summary>
    ShareGroupDescribe = 77,

    /// <summary>Acquire records for a share consumer; piggyback acks; share session epoch; v2 acquire mode and renew.</summary>
    ShareFetch = 78,

    /// <summary>Acknowledge (accept/release/reject, v2 renew) acquired records.</summary>
    ShareAcknowledge = 79,

    /// <summary>Add KRaft voter (KIP-853); v1 may answer before the commit.</summary>
    AddRaftVoter = 80,

    /// <summary>Remove KRaft voter (KIP-853).</summary>
    RemoveRaftVoter = 81,

    /// <summary>Voter updates its endpoints/kraft.version range (KIP-853).</summary>
    UpdateRaftVoter = 82,

    /// <summary>Group-&gt;share coordinator: initialize share-partition state.</summary>
    InitializeShareGroupState = 83,

    /// <summary>Leader-&gt;share coordinator: read persisted share-partition state.</summary>
    ReadShareGroupState = 84,

    /// <summary>Leader-&gt;share coordinator: write share-partition state batches; v1 delivery-complete count.</summary>
    WriteShareGroupState = 85,

    /// <summary>Delete share-partition state.</summary>
    DeleteShareGroupState = 86,

    /// <summary>Read share-partition start offset/state epoch summary; v1 delivery-complete count.</summary>
    ReadShareGroupStateSummary = 87,

    /// <summary>Streams group heartbeat: topology, tasks, endpoints (KIP-1071); 4.4 v1 topology description request flag, 64-bit acceptable lag.</summary>
    StreamsGroupHeartbeat = 88,

    /// <summary>Describe streams groups; 4.4 v1 can return the topology description.</summary>
    StreamsGroupDescribe = 89,

    /// <summary>Share group start offsets through the group coordinator; v1 adds lag.</summary>
    DescribeShareGroupOffsets = 90,

    /// <summary>Reset share group start offsets of an empty group.</summary>
    AlterShareGroupOffsets = 91,

    /// <summary>Delete share group offsets of topics.</summary>
    DeleteShareGroupOffsets = 92,

    /// <summary>4.4: a member pushes its topology description (KIP-1331).</summary>
    StreamsGroupTopologyDescriptionUpdate = 93,

    /// <summary>4.4: remove a controller registration (KIP-1312).</summary>
    UnregisterController = 94,
}
