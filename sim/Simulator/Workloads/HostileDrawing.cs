using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Workloads;

/// <summary>Draws clients that do nothing but misuse connections. Stateless.</summary>
internal static class HostileDrawing
{
    private const int OperationsMax = 40;
    private const int RecordedMax = 10_000;
    private const int BytesMax = 10_000;
    private const int HoldMsMax = 2000;
    private const int ThinkMsMax = 300;

    private static readonly HostileKind[] s_kinds =
    [
        HostileKind.Recorded, HostileKind.Recorded, HostileKind.Recorded, HostileKind.Flipped, HostileKind.Flipped, HostileKind.Truncated,
        HostileKind.HalfFrame, HostileKind.WrongLength, HostileKind.HugeLength, HostileKind.UnknownApi, HostileKind.Noise, HostileKind.Unread,
    ];

    internal static PlannedClient Draw(Choices choices, string name)
    {
        var operations = new List<PlannedOperation>();
        for (var left = 5 + choices.Next(OperationsMax, "hostile.operations"); left > 0; left--)
        {
            operations.Add(new HostileOperation
            {
                Kind = choices.Pick(s_kinds, "hostile.kind"),
                Case = choices.Next(RecordedMax, "hostile.case"),
                At = choices.Next(BytesMax, "hostile.at"),
                Amount = 1 + choices.Next(byte.MaxValue, "hostile.amount"),
                HoldMs = (int)choices.Skewed(HoldMsMax, "hostile.hold"),
                StaysOpen = choices.Chance(100, "hostile.stays"),
                ThinkMs = (int)choices.Skewed(ThinkMsMax, "hostile.think"),
            });
        }

        return new PlannedClient { Name = name, StartMs = (int)choices.Skewed(3000, "client.start"), Operations = operations };
    }
}
