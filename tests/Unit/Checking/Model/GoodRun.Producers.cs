using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Tests.Model;

internal sealed partial class GoodRun
{
    private IEnumerable<bool> Producer(List<ModelLog> logs, ProducerTraits traits)
    {
        var process = ++_process;
        while (!_stopping)
        {
            var sends = Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => (Log: logs[_random.Next(logs.Count)], Value: ++_value)).ToList();
            var token = _recorder.Invoke(
                process, OpFunction.Send, sends.Select(send => (Mop)new SendMop(send.Log.Key, send.Value)).ToArray(), traits);
            yield return true;
            if (Chance(5))
            {
                _recorder.Fail(token, "UNKNOWN_TOPIC_OR_PARTITION");
                continue;
            }

            // A time-out: some of the records arrive, perhaps long after the client has given up and begun a new life.
            var timeout = Chance(8);
            var written = timeout ? _random.Next(sends.Count + 1) : sends.Count;
            var late = timeout && Chance(50);
            var mops = sends.Select(send => new SendMop(send.Log.Key, send.Value)).ToArray();
            for (var i = 0; i < written && !late; i++)
            {
                mops[i] = mops[i] with { Offset = sends[i].Log.Append(sends[i].Value) };
                yield return true;
            }

            if (!timeout)
            {
                Retry(traits, sends);
                _recorder.Ok(token, mops);
                yield return true;
                continue;
            }

            _recorder.Info(token, "REQUEST_TIMED_OUT", mops);
            process = ++_process;
            for (var i = 0; i < written && late; i++)
            {
                yield return true;
                sends[i].Log.Append(sends[i].Value);
            }
        }
    }

    /// <summary>A producer that is not idempotent writes all of it once more.</summary>
    private void Retry(ProducerTraits traits, List<(ModelLog Log, long Value)> sends)
    {
        if (!traits.Idempotent && Chance(20))
        {
            sends.ForEach(send => send.Log.Append(send.Value));
        }
    }

    private IEnumerable<bool> Initialise(int process, ProducerTraits traits, ConsumerTraits? consumer = null)
    {
        var id = traits.TransactionalId!;
        var token = _recorder.Invoke(process, OpFunction.InitProducer, [], traits, consumer);
        yield return true;
        var (txn, epoch) = _transactional.GetValueOrDefault(id);
        txn?.End(commit: false);
        _transactional[id] = (null, epoch + 1);
        _epochs[process] = epoch + 1;
        yield return true;
        _recorder.Ok(token);
    }

    private IEnumerable<bool> Transactions(string id)
    {
        var traits = new ProducerTraits(TransactionalId: id);
        while (!_stopping)
        {
            var process = ++_process;
            foreach (var step in Initialise(process, traits))
            {
                yield return step;
            }

            var positions = new Dictionary<ModelLog, long>();
            for (var alive = true; alive && !_stopping;)
            {
                foreach (var step in Transaction(process, traits, _epochs[process], positions))
                {
                    alive = step;
                    yield return step;
                }
            }
        }
    }

    /// <summary>One transaction; its last step tells whether the process goes on.</summary>
    private IEnumerable<bool> Transaction(int process, ProducerTraits traits, int epoch, Dictionary<ModelLog, long> positions)
    {
        var id = traits.TransactionalId!;
        var plan = Enumerable.Range(0, 2 + _random.Next(4))
            .Select(_ => (Log: _data[_random.Next(_data.Count)], Value: Chance(70) ? ++_value : (long?)null)).ToList();
        var mops = plan.Select(step => step.Value is { } value ? new SendMop(step.Log.Key, value) : (Mop)PollMop.Empty).ToArray();
        var token = _recorder.Invoke(process, OpFunction.Txn, mops, traits);
        yield return true;
        if (_transactional[id].Epoch != epoch)
        {
            _recorder.Fail(token, "PRODUCER_FENCED");
            yield return false;
            yield break;
        }

        var txn = new ModelTxn();
        _transactional[id] = (txn, epoch);
        var before = new Dictionary<ModelLog, long>(positions);
        for (var i = 0; i < plan.Count; i++)
        {
            if (!txn.IsOpen)
            {
                break;
            }

            mops[i] = Perform(plan[i].Log, plan[i].Value, txn, positions);
            yield return true;
        }

        var commit = !Chance(20);
        var known = !Chance(10);
        var fenced = !txn.IsOpen;
        if (known || Chance(60))
        {
            txn.End(commit);
        }

        yield return true;
        var alive = Tell(token, mops, fenced, known, commit);
        if (!alive || !commit)
        {
            positions.Clear();
            foreach (var (log, position) in before)
            {
                positions[log] = position;
            }
        }

        yield return alive;
    }

    private static Mop Perform(ModelLog log, long? value, ModelTxn txn, Dictionary<ModelLog, long> positions)
    {
        if (value is { } sent)
        {
            return new SendMop(log.Key, sent, log.Append(sent, txn));
        }

        var position = positions.GetValueOrDefault(log);
        var poll = new PollMop(log.Read(ref position, 4, IsolationLevel.ReadCommitted));
        positions[log] = position;
        return poll;
    }

    private bool Tell(OpToken token, Mop[] mops, bool fenced, bool known, bool commit)
    {
        if (fenced)
        {
            _recorder.Fail(token, "PRODUCER_FENCED", mops);
        }
        else if (!known)
        {
            _recorder.Info(token, "REQUEST_TIMED_OUT", mops);
        }
        else if (commit)
        {
            _recorder.Ok(token, mops);
        }
        else
        {
            _recorder.Fail(token, "TRANSACTION_ABORTED", mops);
        }

        return known && !fenced;
    }
}
