using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Worlds;

/// <summary>
/// A hash that grows with every step of a run, and its value at every <see cref="Interval"/>th, so that two runs that should
/// have been one can be compared and the first step in which they part be found. Owned by one run.
/// </summary>
public sealed class RunHash
{
    /// <summary>Steps between two entries of <see cref="Points"/>.</summary>
    public const int Interval = 4096;

    private readonly List<ulong> _points = [];
    private int _steps;

    /// <summary>The hash now.</summary>
    public ulong Value { get; private set; } = 0x243F6A8885A308D3UL;

    /// <summary>The hash after every <see cref="Interval"/> steps.</summary>
    public IReadOnlyList<ulong> Points => _points;

    /// <summary>A step: who acts, when, and what was chosen until then.</summary>
    internal void Add(int actor, long nowUs, ulong choices)
    {
        Add((ulong)nowUs ^ ((ulong)(uint)actor << 48));
        Add(choices);
        if (++_steps % Interval == 0)
        {
            _points.Add(Value);
        }
    }

    /// <summary>A number that belongs to the state: an offset, a length, another hash.</summary>
    public void Add(ulong value) => Value = SeededChooser.Mix(Value ^ value) + 0x9E3779B97F4A7C15UL;

    /// <summary>A text, character by character.</summary>
    public void Add(string text)
    {
        foreach (var c in text)
        {
            Value = (Value ^ c) * 0x100000001B3UL;
        }

        Add((ulong)text.Length);
    }

    /// <summary>Bytes that went to a disk or over a wire.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        var hash = Value;
        var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15UL;
            hash ^= hash >> 29;
        }

        foreach (var b in bytes[(words.Length * 8)..])
        {
            hash = (hash ^ b) * 0x100000001B3UL;
        }

        Value = hash;
        Add((ulong)bytes.Length);
    }
}
