using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Server.Configs;
using Deterministic.Server.Metadata;
using Deterministic.Server.Quotas;

namespace Deterministic.Server.Controller;

/// <summary>What a decision may depend on: nothing else. Made for each request on shard 0.</summary>
public sealed record ControllerContext(MetadataImage Image, BrokerConfig Config, NodeIdentity Node, IRandom Random, short KRaftVersion)
{
    /// <summary>What the client that asks may still create and delete.</summary>
    public MutationQuota MutationQuota { get; init; } = MutationQuota.Unlimited;

    /// <summary>The clients' quotas for that; null where there is no node.</summary>
    public MutationQuotas? MutationQuotas { get; init; }

    /// <summary>Refuses to create or delete so many partitions once the client's quota is used up.</summary>
    internal void CheckMutationQuota(int partitions)
    {
        if (!MutationQuota.TryTake(partitions))
        {
            throw new Refusal(ErrorCode.ThrottlingQuotaExceeded, null);
        }
    }

    /// <summary>A topic id that nobody has and that stands for nothing else.</summary>
    public Uuid NewTopicId()
    {
        while (true)
        {
            var id = Uuid.FromRandom(Random);
            if (Image.FindTopic(id) is null)
            {
                return id;
            }
        }
    }
}
