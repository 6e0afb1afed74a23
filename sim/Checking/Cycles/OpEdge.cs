namespace Deterministic.Checking.Cycles;

/// <summary>An edge between two nodes, packed so that many of them sort fast: by origin, then by target.</summary>
internal readonly record struct OpEdge
{
    private const int KindBits = 3;
    private const int NodeBits = 30;

    private readonly long _packed;

    public OpEdge(int from, int to, EdgeKinds kind) =>
        _packed = ((long)from << (NodeBits + KindBits)) | ((long)to << KindBits) | (long)kind;

    public int From => (int)(_packed >> (NodeBits + KindBits));

    public int To => (int)(_packed >> KindBits) & ((1 << NodeBits) - 1);

    public EdgeKinds Kind => (EdgeKinds)(_packed & ((1 << KindBits) - 1));

    /// <summary>By origin, target and kind.</summary>
    public static int Compare(OpEdge a, OpEdge b) => a._packed.CompareTo(b._packed);
}
