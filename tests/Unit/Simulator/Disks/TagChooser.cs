using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Tests.Disks;

/// <summary>Chooses the same for the same tag, and 0 for the others.</summary>
internal sealed class TagChooser(params (string Tag, int Choice)[] choices) : IChooser
{
    public int Next(int bound, string tag) => Array.Find(choices, choice => choice.Tag == tag).Choice;
}
