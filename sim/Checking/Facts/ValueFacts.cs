using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Facts;

/// <summary>All that a history says about one value of a log; owned by its <see cref="KeyFacts"/>.</summary>
internal sealed class ValueFacts(KeyFacts key, long value)
{
    public KeyFacts Key { get; } = key;

    public long Value { get; } = value;

    /// <summary>The completion that tried to write it; null: nobody did.</summary>
    public OpFacts? Writer { get; set; }

    /// <summary>The send of the writer.</summary>
    public SendMop? Send { get; set; }

    /// <summary>Completions that polled it, of any type, in their order; an op that polled it twice is here once.</summary>
    public List<OpFacts> Readers { get; } = [];

    /// <summary>An ok op polled it.</summary>
    public bool OkRead { get; set; }

    /// <summary>An ok op polled it, and what it polled was committed.</summary>
    public bool OkCommittedRead { get; set; }

    /// <summary>An op of any type polled it, and what it polled was committed.</summary>
    public bool AnyCommittedRead { get; set; }

    /// <summary>An ok op of the final polls polled it.</summary>
    public bool FinalRead { get; set; }

    /// <summary>The smallest and the largest index in the log's dense order; -1: at no known offset.</summary>
    public int First { get; set; } = -1;

    public int Last { get; set; } = -1;

    /// <summary>
    /// It must be in the log: its op is ok; or it is indeterminate and the transaction was seen, or the record itself was
    /// acknowledged or seen.
    /// </summary>
    public bool MustHaveCommitted => Writer is { } writer && (writer.Op.Type == OpType.Ok
        || (writer.Op.Type == OpType.Info && (writer.IsTransaction ? writer.Proven : OkRead || Send!.Offset is not null)));

    /// <summary>Read-committed reads are meant, or the value is in no transaction: seeing it means that it is there to stay.</summary>
    public bool IsSettledFor(OpFacts reader) => reader.ReadsCommitted || Writer is not { IsTransaction: true };
}
