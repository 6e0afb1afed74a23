using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Tests.Mutations;

/// <summary>Committed offsets, and the ends of logs.</summary>
internal static class OffsetMutations
{
    public static IEnumerable<Mutation> All =>
    [
        new("a committed offset is gone", AnomalyNames.CommittedOffsetLost, AnomalyClass.Bad, Gone),
        new("an older committed offset is fetched", AnomalyNames.CommittedOffsetLost, AnomalyClass.Bad, Older),
        new("an offset that nobody committed", AnomalyNames.CommittedOffsetPhantom, AnomalyClass.Bad, NeverCommitted),
        new("an offset whose commit failed", AnomalyNames.CommittedOffsetPhantom, AnomalyClass.Bad, CommitFailed),
        new("a commit goes back in its generation", AnomalyNames.CommittedOffsetRegression, AnomalyClass.Bad, GoesBack),
        new("a fetch goes back", AnomalyNames.CommittedOffsetRegression, AnomalyClass.Bad, FetchGoesBack),
        new("a commit of an old generation", AnomalyNames.ZombieCommit, AnomalyClass.Bad, OldGeneration),
        new("a commit beyond the log's end", AnomalyNames.CommittedOffsetBeyondLogEnd, AnomalyClass.Bad, BeyondTheEnd),
        new("the last stable offset stands still", AnomalyNames.StuckLastStableOffset, AnomalyClass.Bad, StandsStill),
    ];

    private static IEnumerable<(Op Op, FetchOffsetMop Mop)> Fetches(HistoryEditor editor) => editor.OkOps
        .SelectMany(op => op.Mops.OfType<FetchOffsetMop>().Select(mop => (op, mop)));

    private static List<(Op Op, long Offset, int Begin)> Commits(HistoryEditor editor, string group, LogKey key) => editor.Ops
        .Where(op => op.Type is OpType.Ok or OpType.Info && op.Consumer.Group == group)
        .SelectMany(op => op.Mops.OfType<CommitOffsetMop>().Where(mop => mop.Key == key).Select(mop => (op, mop.Offset, editor.InvocationOf(op).Index)))
        .ToList();

    private static void Refetch(HistoryEditor editor, Op op, FetchOffsetMop fetch, long? offset) =>
        editor.Replace(op, op with { Mops = op.Mops.Select(mop => mop == fetch ? fetch with { Offset = offset } : mop).ToArray() });

    private static bool Gone(HistoryEditor editor)
    {
        foreach (var (op, fetch) in Fetches(editor))
        {
            var begin = editor.InvocationOf(op).Index;
            if (Commits(editor, op.Consumer.Group!, fetch.Key).Exists(commit => commit.Op.Type == OpType.Ok && commit.Op.Index < begin))
            {
                Refetch(editor, op, fetch, null);
                return true;
            }
        }

        return false;
    }

    private static bool Older(HistoryEditor editor)
    {
        foreach (var newer in editor.OkOps.Where(op => op.Consumer.Group is not null))
        {
            var begin = editor.InvocationOf(newer).Index;
            foreach (var commit in newer.Mops.OfType<CommitOffsetMop>())
            {
                var commits = Commits(editor, newer.Consumer.Group!, commit.Key);
                var old = editor.Shuffle(commits).Find(commit => commits.TrueForAll(other =>
                    other.Offset != commit.Offset || (other.Op.Type == OpType.Ok && other.Op.Index < begin)));
                if (old.Op is not null)
                {
                    var process = editor.FreshProcess();
                    editor.Insert(editor.IdlePlace(process, newer.Index + 1), HistoryEditor.Whole(
                        process, OpType.Ok, OpFunction.FetchOffsets, [new FetchOffsetMop(commit.Key, old.Offset)], null, new ConsumerTraits(newer.Consumer.Group)));
                    return true;
                }
            }
        }

        return false;
    }

    private static bool NeverCommitted(HistoryEditor editor)
    {
        var (op, fetch) = Fetches(editor).FirstOrDefault();
        if (op is null)
        {
            return false;
        }

        Refetch(editor, op, fetch, editor.FreshValue());
        return true;
    }

    private static bool CommitFailed(HistoryEditor editor)
    {
        foreach (var (op, fetch) in Fetches(editor).Where(pair => pair.Mop.Offset is not null))
        {
            var commits = Commits(editor, op.Consumer.Group!, fetch.Key).FindAll(commit => commit.Offset == fetch.Offset);
            if (commits.Count > 0)
            {
                commits.ForEach(commit => editor.Replace(commit.Op, commit.Op with { Type = OpType.Fail, Error = "ILLEGAL_GENERATION" }));
                return true;
            }
        }

        return false;
    }

    private static bool GoesBack(HistoryEditor editor)
    {
        foreach (var op in editor.OkOps.Where(op => op.Function == OpFunction.CommitOffsets && op.Consumer.Generation >= 0))
        {
            if (op.Mops.OfType<CommitOffsetMop>().FirstOrDefault(mop => mop.Offset > 0) is { } commit)
            {
                editor.Insert(op.Index + 1, HistoryEditor.Whole(
                    op.Process, OpType.Ok, OpFunction.CommitOffsets, [commit with { Offset = commit.Offset - 1 }], null, op.Consumer));
                return true;
            }
        }

        return false;
    }

    /// <summary>A fetch shows that the time-out of a commit was a success; the next one returns what was there before.</summary>
    private static bool FetchGoesBack(HistoryEditor editor)
    {
        var key = editor.Shuffle(editor.Final.Keys)[0];
        var consumer = new ConsumerTraits("fresh");
        var process = editor.FreshProcess();
        Op[] ops =
        [
            .. HistoryEditor.Whole(process, OpType.Ok, OpFunction.CommitOffsets, [new CommitOffsetMop(key, 1)], null, consumer),
            .. HistoryEditor.Whole(process, OpType.Info, OpFunction.CommitOffsets, [new CommitOffsetMop(key, 2)], null, consumer),
            .. HistoryEditor.Whole(process, OpType.Ok, OpFunction.FetchOffsets, [new FetchOffsetMop(key, 2)], null, consumer),
            .. HistoryEditor.Whole(process, OpType.Ok, OpFunction.FetchOffsets, [new FetchOffsetMop(key, 1)], null, consumer),
        ];
        editor.Insert(editor.AnyPlace(), ops);
        return true;
    }

    private static bool OldGeneration(HistoryEditor editor)
    {
        foreach (var op in editor.OkOps.Where(op => op.Function == OpFunction.CommitOffsets && op.Consumer.Generation > 0))
        {
            if (op.Mops.OfType<CommitOffsetMop>().FirstOrDefault() is { } commit)
            {
                editor.Insert(editor.IdlePlace(editor.FreshProcess(), op.Index + 1), HistoryEditor.Whole(
                    editor.FreshProcess(), OpType.Ok, OpFunction.CommitOffsets, [commit], null, op.Consumer with { Generation = op.Consumer.Generation - 1 }));
                return true;
            }
        }

        return false;
    }

    private static bool BeyondTheEnd(HistoryEditor editor)
    {
        var key = editor.Shuffle(editor.Final.Keys)[0];
        editor.Insert(editor.AnyPlace(), HistoryEditor.Whole(
            editor.FreshProcess(), OpType.Ok, OpFunction.CommitOffsets,
            [new CommitOffsetMop(key, editor.FreshOffset(key))], null, new ConsumerTraits("fresh")));
        return true;
    }

    private static bool StandsStill(HistoryEditor editor)
    {
        var key = editor.Shuffle(editor.Final.Keys)[0];
        var end = editor.FreshOffset(key);
        var process = editor.FreshProcess();
        Mop[] stuck = [new LogOffsetsMop(key, 0, editor.Next((int)end), end)];
        editor.Insert(editor.Ops.Count, HistoryEditor.Whole(process, OpType.Ok, OpFunction.ListOffsets, stuck));
        var later = editor.Insert(editor.Ops.Count, HistoryEditor.Whole(process, OpType.Ok, OpFunction.ListOffsets, stuck));
        for (var index = later - 2; index < later; index++)
        {
            var op = editor.Ops[index];
            editor.Replace(op, op with { TimeNs = op.TimeNs + editor.Options.LastStableStandstillMaxNs!.Value + 1 });
        }

        return true;
    }
}
