using System.CommandLine;
using Deterministic.Host.Dump;

namespace Deterministic.Host.Commands;

/// <summary><c>log dump</c>: shows what stands in the files of a log; option names as kafka-dump-log has them.</summary>
internal sealed class LogCommand
{
    private readonly Option<string[]> _files = new("--files")
    {
        Description = "Files, separated by commas: .log .checkpoint .index .timeindex .txnindex .snapshot and checkpoint files",
        Required = true, AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _deep = new("--deep-iteration") { Description = "Show each record" };
    private readonly Option<bool> _print = new("--print-data-log") { Description = "Show keys and values" };
    private readonly Option<bool> _offsets = new("--offsets-decoder") { Description = "Read the records of __consumer_offsets" };
    private readonly Option<bool> _transactions = new("--transaction-log-decoder") { Description = "Read the records of __transaction_state" };
    private readonly Option<bool> _metadata = new("--cluster-metadata-decoder") { Description = "Read the records of __cluster_metadata" };
    private readonly Option<long> _maxBytes = new("--max-bytes") { Description = "Stop behind so many bytes of a log", DefaultValueFactory = _ => long.MaxValue };

    private readonly Option<int> _maxMessageSize = new("--max-message-size") { Description = "Stop at a batch with more bytes", DefaultValueFactory = _ => int.MaxValue };
    private readonly Option<string?> _keyDecoder = new("--key-decoder-class") { Description = "How to show keys: " + ValueText.Known, Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _valueDecoder = new("--value-decoder-class") { Description = "How to show values: " + ValueText.Known, Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _skipMetadata = new("--skip-record-metadata") { Description = "With --print-data-log: keys and values alone" };
    private readonly Option<bool> _sanity = new("--index-sanity-check") { Description = "Of indexes: only say whether their entries go up" };
    private readonly Option<bool> _verify = new("--verify-index-only") { Description = "Of indexes: compare with the log instead of showing them" };
    private readonly CommonOptions _common;

    private LogCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new LogCommand(common);
        var dump = new Command("dump", "Show batches, records, indexes, snapshots and checkpoints")
        {
            self._files, self._deep, self._print, self._offsets, self._transactions, self._metadata, self._maxBytes,
            self._maxMessageSize, self._keyDecoder, self._valueDecoder, self._skipMetadata, self._sanity, self._verify, common.Json,
        };
        runner.Set(dump, self.RunAsync);
        return new Command("log", "Look at the files of a stopped or running broker") { dump };
    }

    private Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var options = new DumpOptions
        {
            DeepIteration = result.GetValue(_deep), PrintData = result.GetValue(_print), DecodeOffsets = result.GetValue(_offsets),
            DecodeTransactions = result.GetValue(_transactions), DecodeMetadata = result.GetValue(_metadata), BytesMax = result.GetValue(_maxBytes),
            BatchBytesMax = result.GetValue(_maxMessageSize), SkipRecordMetadata = result.GetValue(_skipMetadata),
            KeyDecoder = ValueText.Parse("--key-decoder-class", result.GetValue(_keyDecoder)),
            ValueDecoder = ValueText.Parse("--value-decoder-class", result.GetValue(_valueDecoder)),
        };
        using var stream = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 * 1024);
        var output = new DumpWriter(stream, result.GetValue(_common.Json));
        var isSound = true;
        foreach (var path in result.GetValue(_files)!.SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!File.Exists(path))
            {
                throw new CommandException($"There is no file {Path.GetFullPath(path)}");
            }

            output.Begin(path);
            isSound &= IsIndexChecked(path, result) ? CheckIndex(path, result, output) : Dump(path, options, output);
        }

        return Task.FromResult(isSound ? ExitCode.Success : ExitCode.Failure);
    }

    private bool IsIndexChecked(string path, ParseResult result) =>
        Path.GetExtension(path) is ".index" or ".timeindex" && (result.GetValue(_sanity) || result.GetValue(_verify));

    private bool CheckIndex(string path, ParseResult result, DumpWriter output)
    {
        var problems = IndexCheck.Of(path, withLog: result.GetValue(_verify));
        foreach (var problem in problems)
        {
            output.Say(problem);
        }

        if (problems.Count == 0)
        {
            output.Say($"{path} passed {(result.GetValue(_verify) ? "the comparison with its log" : "sanity check")}.");
        }

        return problems.Count == 0;
    }

    private static bool Dump(string path, DumpOptions options, DumpWriter output)
    {
        switch (Path.GetExtension(path))
        {
            case ".log" or ".checkpoint":
                // A running broker keeps its segments open for writing.
                using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
                using (var batches = new BatchDump(output, options))
                {
                    return batches.Print(file);
                }

            case ".index":
                IndexDump.PrintOffsets(path, output);
                return true;
            case ".timeindex":
                IndexDump.PrintTimes(path, output);
                return true;
            case ".txnindex":
                IndexDump.PrintTransactions(path, output);
                return true;
            case ".snapshot":
                IndexDump.PrintProducers(path, output);
                return true;
            default:
                output.Say(File.ReadAllText(path));
                return true;
        }
    }
}
