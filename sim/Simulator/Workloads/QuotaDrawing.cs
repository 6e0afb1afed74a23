using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Workloads;

/// <summary>Draws quotas that clients of these sizes run into, and that do not keep those who give up a request soon from coming to an end. Stateless.</summary>
internal static class QuotaDrawing
{
    private const int RemovedPerMille = 350;

    private static readonly (string Key, double[] Values)[] s_keys =
    [
        ("producer_byte_rate", [20_000, 500, 3_000, 200_000]),
        ("consumer_byte_rate", [20_000, 500, 3_000, 200_000]),
        ("controller_mutation_rate", [1, 0.2, 5]),
        ("request_percentage", [2, 1, 5]),
    ];

    internal static QuotaOperation Draw(Choices choices)
    {
        var (key, values) = choices.Pick(s_keys, "quota.key");
        return new QuotaOperation
        {
            Key = key,
            Value = choices.Chance(RemovedPerMille, "quota.removed") ? null : choices.Pick(values, "quota.value"),
            ValidateOnly = choices.Chance(100, "quota.validate-only"),
        };
    }
}
