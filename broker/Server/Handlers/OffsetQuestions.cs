using Deterministic.Kernel;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Handlers;

/// <summary>
/// Questions of one request about offsets, sorted by the shard that owns the partition: one post to each. Lives for one
/// request on its home shard.
/// </summary>
internal sealed class OffsetQuestions(BrokerShard home)
{
    private const int NoEpoch = -1;

    private readonly List<OffsetQuestion>?[] _byOwner = new List<OffsetQuestion>?[home.Map.ShardCount];

    /// <summary>Adds a question.</summary>
    internal void Add(in OffsetQuestion question)
    {
        var owner = home.Map.OwnerOf(question.Partition.TopicId, question.Partition.PartitionId);
        (_byOwner[owner] ??= []).Add(question);
    }

    /// <summary>Asks the owners and hands each answer to <paramref name="take"/>, at home.</summary>
    internal async Task AskAsync(Func<Partition, OffsetQuestion, OffsetAnswer> answer, Action<OffsetQuestion, OffsetAnswer> take)
    {
        var asked = new List<(List<OffsetQuestion> Questions, Task<OffsetAnswer[]> Answers)>();
        for (var i = 0; i < _byOwner.Length; i++)
        {
            if (_byOwner[i] is { } questions)
            {
                asked.Add((questions, Shard.InvokeAsync(
                    home.Peers[i].Shard, static work => AnswerAll(work.Owner, work.Questions, work.Answer), (Owner: home.Peers[i], Questions: questions, Answer: answer))));
            }
        }

        foreach (var (questions, answers) in asked)
        {
            var all = await answers;
            for (var i = 0; i < all.Length; i++)
            {
                take(questions[i], all[i]);
            }
        }
    }

    private static OffsetAnswer[] AnswerAll(
        BrokerShard owner, List<OffsetQuestion> questions, Func<Partition, OffsetQuestion, OffsetAnswer> answer)
    {
        var answers = new OffsetAnswer[questions.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            var question = questions[i];
            var partition = owner.FindPartition(question.Partition);
            var error = partition?.CheckLeader(question.CurrentLeaderEpoch) ?? Protocol.ErrorCode.NotLeaderOrFollower;
            if (error == Protocol.ErrorCode.None && question.CurrentLeaderEpoch < NoEpoch)
            {
                // Only -1 stands for "any epoch" here; a fetch takes every negative number for it. So does Kafka.
                error = Protocol.ErrorCode.FencedLeaderEpoch;
            }

            answers[i] = error == Protocol.ErrorCode.None ? answer(partition!, question) : OffsetAnswer.Refused(error);
        }

        return answers;
    }
}
