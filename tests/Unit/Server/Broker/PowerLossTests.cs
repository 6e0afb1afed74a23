using Deterministic.Protocol.Apis;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Broker;

/// <summary>The power goes at any step that the disk is asked for, from the first start on: what was acknowledged is there afterwards.</summary>
public sealed class PowerLossTests
{
    private const int Batches = 25;

    [Theory]
    [InlineData(1, 11UL)]
    [InlineData(2, 12UL)]
    [InlineData(3, 13UL)]
    public void Nothing_acknowledged_is_lost_wherever_the_power_goes(int shards, ulong seed)
    {
        var whole = new Life(shards, seed, powerLossAtStep: 0);
        whole.Run();
        Assert.False(whole.HasLostPower);
        var steps = whole.Steps;
        for (var step = 1; step <= steps; step += 1 + (steps / 150))
        {
            var life = new Life(shards, seed, step);
            life.Run();
            Assert.True(life.HasLostPower, $"{shards} shards, seed {seed}: no power loss at step {step} of {steps}");
            life.RecoverAndVerify($"{shards} shards, seed {seed}, power loss at step {step}");
        }
    }

    /// <summary>A broker that is started, works, is stopped, started again and works on, until the power goes.</summary>
    private sealed class Life
    {
        private readonly TestBroker _broker;
        private readonly SeededRandom _random;
        private readonly SeededRandom _kept;
        private readonly Dictionary<(string Topic, int Partition), List<string>> _acknowledged = [];
        private readonly HashSet<string> _created = new(StringComparer.Ordinal);
        private int _next;

        internal Life(int shards, ulong seed, int powerLossAtStep)
        {
            _random = new SeededRandom(seed);
            _kept = new SeededRandom(seed + (ulong)powerLossAtStep);
            _broker = new TestBroker(shards);
            _broker.Disk.PowerLossAtStep = powerLossAtStep;
        }

        internal bool HasLostPower { get; private set; }

        internal int Steps => _broker.Disk.Steps;

        internal void Run()
        {
            try
            {
                _broker.Start();
                Work("first");
                _broker.Stop();
                _broker.Restart();
                Work("second");
                _broker.Stop();
            }
            catch (PowerLossException)
            {
                HasLostPower = true;
            }
        }

        internal void RecoverAndVerify(string what)
        {
            _broker.CrashAndRestart(_kept);
            Verify(what);
            Work("third");
            _broker.CrashAndRestart(_kept);
            Verify(what + ", and again");
            Assert.True(_broker.Stop(), what);
        }

        private void Work(string topic)
        {
            _broker.CreateTopic(topic, 3, ("segment.ms", "60000"));
            _created.Add(topic);
            var client = _broker.Connect();
            for (var i = 0; i < Batches; i++)
            {
                var partition = _random.Next(3);
                var value = $"{topic}-{_next++}";
                var answer = client.Ask<ProduceRequest, ProduceResponse>(
                    ClientVerbs.ProduceVersion, ClientVerbs.Produce(topic, partition, ClientVerbs.Batch(value, value + "b"), (short)(_random.Next(2) == 0 ? 1 : -1)));
                Assert.Equal(0, answer.Responses[0].PartitionResponses[0].ErrorCode);
                Of(topic, partition).AddRange([value, value + "b"]);
                if (i % 10 == 9)
                {
                    // Segments roll and checkpoints are written.
                    _broker.Advance(70_000);
                    client = _broker.Connect();
                }
            }
        }

        private void Verify(string what)
        {
            Assert.Null(_broker.Fatal);
            foreach (var topic in _created)
            {
                for (var partition = 0; partition < 3; partition++)
                {
                    var found = _broker.Connect().ReadAll(topic, partition);
                    var expected = Of(topic, partition);

                    // One batch more may be there: the one that was never answered.
                    Assert.True(found.Count >= expected.Count && found.Count <= expected.Count + 2, $"{what}: {topic}-{partition} has {found.Count} records, {expected.Count} were acknowledged");
                    Assert.True(found.Take(expected.Count).SequenceEqual(expected), $"{what}: {topic}-{partition} has other records than were acknowledged");
                    expected.Clear();
                    expected.AddRange(found);
                }
            }
        }

        private List<string> Of(string topic, int partition)
        {
            if (!_acknowledged.TryGetValue((topic, partition), out var values))
            {
                _acknowledged.Add((topic, partition), values = []);
            }

            return values;
        }
    }
}
