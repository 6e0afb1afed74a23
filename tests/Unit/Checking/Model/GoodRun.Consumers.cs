using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Tests.Model;

internal sealed partial class GoodRun
{
    private IEnumerable<bool> AssignedConsumer(IsolationLevel isolation)
    {
        var process = ++_process;
        var consumer = new ConsumerTraits(Isolation: isolation);
        var positions = new Dictionary<ModelLog, long>();
        while (!_stopping)
        {
            if (positions.Count == 0 || Chance(5))
            {
                var logs = Logs.Where(_ => Chance(60)).ToList();
                _recorder.Ok(_recorder.Invoke(process, OpFunction.Assign, logs.Select(log => (Mop)new AssignMop(log.Key)).ToArray(), consumer: consumer));
                positions = logs.ToDictionary(log => log, log => positions.GetValueOrDefault(log));
            }

            yield return true;
            var token = _recorder.Invoke(process, OpFunction.Poll, [PollMop.Empty], consumer: consumer);
            yield return true;
            var next = new Dictionary<ModelLog, long>(positions);
            var poll = PollSome(next, isolation);
            yield return true;
            if (Chance(5))
            {
                // The consumer goes back to where it was.
                _recorder.Info(token, "REQUEST_TIMED_OUT", [poll]);
                continue;
            }

            _recorder.Ok(token, [poll]);
            positions = next;
        }
    }

    private PollMop PollSome(Dictionary<ModelLog, long> positions, IsolationLevel isolation)
    {
        var records = new List<PolledRecord>();
        foreach (var log in positions.Keys.Where(_ => Chance(60)).ToList())
        {
            var position = positions[log];
            records.AddRange(log.Read(ref position, 5, isolation));
            positions[log] = position;
        }

        return new PollMop(records);
    }

    private IEnumerable<bool> GroupMember()
    {
        while (!_stopping)
        {
            var process = ++_process;
            _recorder.Ok(_recorder.Invoke(process, OpFunction.Subscribe, [new AssignMop(_data[0].Key)], consumer: new ConsumerTraits(_readers.Name)));
            _readers.Join(process);
            foreach (var step in Membership(process))
            {
                yield return step;
            }

            _readers.Leave(process);
        }
    }

    private IEnumerable<bool> Membership(int process)
    {
        var generation = -1;
        var positions = new Dictionary<ModelLog, long>();
        while (!_stopping && !Chance(3))
        {
            if (generation != _readers.Generation)
            {
                generation = _readers.Generation;
                var owned = _readers.OwnedBy(process).ToList();
                _recorder.Rebalanced(process, RebalanceKind.Assigned, owned.Select(log => log.Key).ToArray());
                var fetch = FetchOffsets(process, new ConsumerTraits(_readers.Name, generation), _readers, owned, positions);
                foreach (var step in fetch)
                {
                    yield return step;
                }
            }

            var consumer = new ConsumerTraits(_readers.Name, generation);
            var token = _recorder.Invoke(process, OpFunction.Poll, [PollMop.Empty], consumer: consumer);
            yield return true;
            _recorder.Ok(token, [PollSome(positions, IsolationLevel.ReadCommitted)]);
            yield return true;
            foreach (var step in CommitOffsets(process, consumer, positions))
            {
                yield return step;
            }
        }
    }

    private IEnumerable<bool> FetchOffsets(
        int process, ConsumerTraits consumer, ModelGroup group, List<ModelLog> logs, Dictionary<ModelLog, long> positions)
    {
        var token = _recorder.Invoke(process, OpFunction.FetchOffsets, logs.Select(log => (Mop)new FetchOffsetMop(log.Key)).ToArray(), consumer: consumer);
        yield return true;
        var fetched = logs.Select(log => new FetchOffsetMop(log.Key, group.Committed.TryGetValue(log.Key, out var offset) ? offset : null)).ToList();
        positions.Clear();
        for (var i = 0; i < logs.Count; i++)
        {
            positions[logs[i]] = fetched[i].Offset ?? 0;
        }

        yield return true;
        _recorder.Ok(token, fetched);
    }

    private IEnumerable<bool> CommitOffsets(int process, ConsumerTraits consumer, Dictionary<ModelLog, long> positions)
    {
        Mop[] mops = positions.Select(position => new CommitOffsetMop(position.Key.Key, position.Value)).ToArray();
        var token = _recorder.Invoke(process, OpFunction.CommitOffsets, mops, consumer: consumer);
        yield return true;
        if (consumer.Generation != _readers.Generation)
        {
            _recorder.Fail(token, "ILLEGAL_GENERATION");
            yield break;
        }

        var timeout = Chance(8);
        if (!timeout || Chance(50))
        {
            foreach (var (log, position) in positions)
            {
                _readers.Committed[log.Key] = position;
            }
        }

        yield return true;
        if (timeout)
        {
            _recorder.Info(token, "REQUEST_TIMED_OUT");
        }
        else
        {
            _recorder.Ok(token);
        }
    }

    private IEnumerable<bool> Pipeline()
    {
        var traits = new ProducerTraits(TransactionalId: "pipeline-tx");
        var consumer = new ConsumerTraits(_pipeline.Name);
        while (!_stopping)
        {
            var process = ++_process;
            var positions = new Dictionary<ModelLog, long>();
            foreach (var step in Initialise(process, traits).Concat(FetchOffsets(process, consumer, _pipeline, _inputs, positions)))
            {
                yield return step;
            }

            for (var alive = true; alive && !_stopping;)
            {
                foreach (var step in PipelineTransaction(process, traits, consumer, positions))
                {
                    alive = step;
                    yield return step;
                }
            }
        }
    }

    private IEnumerable<bool> PipelineTransaction(
        int process, ProducerTraits traits, ConsumerTraits consumer, Dictionary<ModelLog, long> positions)
    {
        var token = _recorder.Invoke(process, OpFunction.Txn, [PollMop.Empty], traits, consumer);
        yield return true;
        var txn = new ModelTxn();
        _transactional["pipeline-tx"] = (txn, _transactional["pipeline-tx"].Epoch);
        var next = new Dictionary<ModelLog, long>(positions);
        var poll = PollSome(next, IsolationLevel.ReadCommitted);
        var mops = new List<Mop> { poll };
        foreach (var record in poll.Records)
        {
            var value = ++_value;
            mops.Add(new SendMop(_output.Key, value, _output.Append(value, txn), new RecordSource(record.Key, record.Value)));
            yield return true;
        }

        mops.AddRange(next.Select(position => new CommitOffsetMop(position.Key.Key, position.Value)));
        var commit = !Chance(15);
        var known = !Chance(10);
        if (known || Chance(60))
        {
            txn.End(commit);
            if (commit)
            {
                foreach (var (log, position) in next)
                {
                    _pipeline.Committed[log.Key] = position;
                    positions[log] = position;
                }
            }
        }

        yield return true;
        yield return Tell(token, [.. mops], fenced: false, known, commit);
    }
}
