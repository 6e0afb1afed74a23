using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Server.Configs;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>What a decision may depend on: nothing else. Made for each request on shard 0.</summary>
public sealed record ControllerContext(MetadataImage Image, BrokerConfig Config, NodeIdentity Node, IRandom Random, short KRaftVersion)
{
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
