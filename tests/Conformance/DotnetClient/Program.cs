using System.Runtime.InteropServices;

namespace Deterministic.Conformance.DotnetClient;

/// <summary>Confluent.Kafka as a program: one verb a run, so that the scripts can start, stop and kill it.</summary>
internal static class Program
{
    private const string Usage = """
        usage: VERB ARGUMENTS, BOOTSTRAP first
          version                                         of librdkafka
          create BOOTSTRAP TOPIC PARTITIONS
          produce BOOTSTRAP TOPIC CODEC                   lines of headers, key, value (tabs between) from stdin
          produce-plain BOOTSTRAP TOPIC CODEC             the same without idempotence
          consume BOOTSTRAP GROUP TOPIC...                prints topic, partition, offset, headers, key, value
          commit BOOTSTRAP GROUP TOPIC                    commits the half of each partition
          snapshot BOOTSTRAP [--group GROUP]... TOPIC...  a digest of everything in the topics, as JSON
          load BOOTSTRAP TOPIC PRODUCERS FOLDER           idempotent producers with ledgers, until SIGTERM
          follow BOOTSTRAP GROUP TOPIC FILE               a member that commits and writes down what it did, until SIGTERM
          time BOOTSTRAP TOPIC MS                         the first offset since then
          admin BOOTSTRAP TOPIC | drop BOOTSTRAP TOPIC    makes, grows, alters and describes; deletes
          transact BOOTSTRAP TOPIC TRANSACTIONAL_ID       commits 100 records, aborts 100, commits 100
          consumer-protocol BOOTSTRAP GROUP TOPIC COUNT   a member of the protocol of KIP-848
          transform BOOTSTRAP IN OUT GROUP TRANSACTIONAL_ID CRASH  copies exactly once, ends itself after CRASH transactions
          check BOOTSTRAP TOPIC FOLDER                    compares the topic with the ledgers and the follower's notes
        """;

    private static int Main(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        switch (arguments)
        {
            case ["version"]:
                Console.WriteLine(Confluent.Kafka.Library.VersionString);
                return 0;
            case ["create", var bootstrap, var topic, var partitions]:
                return Basics.Create(bootstrap, topic, int.Parse(partitions));
            case ["produce", var bootstrap, var topic, var codec]:
                return Basics.Produce(bootstrap, topic, codec, idempotent: true);
            case ["produce-plain", var bootstrap, var topic, var codec]:
                return Basics.Produce(bootstrap, topic, codec, idempotent: false);
            case ["consume", var bootstrap, var group, .. var topics]:
                return Basics.Consume(bootstrap, group, topics, stop.Token);
            case ["commit", var bootstrap, var group, var topic]:
                return Basics.CommitHalf(bootstrap, group, topic);
            case ["snapshot", var bootstrap, .. var rest]:
                return Snapshot.Print(bootstrap, rest);
            case ["load", var bootstrap, var topic, var producers, var folder]:
                return Load.Run(bootstrap, topic, int.Parse(producers), folder, stop.Token);
            case ["follow", var bootstrap, var group, var topic, var file]:
                return Follower.Run(bootstrap, group, topic, file, stop.Token);
            case ["time", var bootstrap, var topic, var timestamp]:
                return Transactions.Time(bootstrap, topic, long.Parse(timestamp));
            case ["admin", var bootstrap, var topic]:
                return Transactions.Administrate(bootstrap, topic);
            case ["drop", var bootstrap, var topic]:
                return Transactions.Drop(bootstrap, topic);
            case ["transact", var bootstrap, var topic, var transactionalId]:
                return Transactions.Transact(bootstrap, topic, transactionalId);
            case ["consumer-protocol", var bootstrap, var group, var topic, var count]:
                return Transactions.ConsumerProtocol(bootstrap, group, topic, int.Parse(count));
            case ["transform", var bootstrap, var input, var output, var group, var transactionalId, var crash]:
                return Transactions.Transform(bootstrap, input, output, group, transactionalId, int.Parse(crash));
            case ["check", var bootstrap, var topic, var folder]:
                return LedgerCheck.Run(bootstrap, topic, folder);
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }
}
