using System.Globalization;
using System.IO.Compression;
using Deterministic.Conformance.DifferentialTest;
using Deterministic.Protocol;

// Arguments come from ../lib/differential.py, which starts both brokers: kafka port, our port, seed, file for differences, filter.
var options = args.Select(argument => argument.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
using var theirs = new Peer("Apache Kafka", "127.0.0.1", int.Parse(options["kafka"], CultureInfo.InvariantCulture));
using var ours = new Peer("deterministic", "127.0.0.1", int.Parse(options["ours"], CultureInfo.InvariantCulture));
await using var found = new StreamWriter(options["found"]);
var recorded = options.GetValueOrDefault("record", "");
await using var record = recorded.Length == 0
    ? TextWriter.Null
    : new StreamWriter(new GZipStream(File.Create(recorded), CompressionLevel.SmallestSize));
var run = new Run(
    theirs, ours, found, record, options.GetValueOrDefault("only", ""),
    int.Parse(options["sample"], CultureInfo.InvariantCulture), int.Parse(options["seed"], CultureInfo.InvariantCulture));
return await run.AllAsync(ApiCatalog.All.ToArray());
