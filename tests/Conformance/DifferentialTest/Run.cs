using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deterministic.Protocol;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>One run over two brokers: sends every step to both, compares, counts.</summary>
internal sealed class Run(Peer theirs, Peer ours, TextWriter found, TextWriter record, string only, int sample, int seed)
{
    private const int RetriesMax = 3;
    private const int AwaitsMax = 40;
    private const int SettleMs = 80;
    private const int SampledBytesMax = 4000;
    private const int SentBytesShown = 600;

    private readonly Judge _judge = new(Rule.ReadAll(), Explanation.ReadAll());
    private readonly Report _report = new();
    private bool _isOver;

    internal async Task<int> AllAsync(ApiInfo[] apis)
    {
        var clock = Stopwatch.StartNew();
        foreach (var step in GoodRequest.Setup())
        {
            await CompareAsync(step);
        }

        var generator = new Generator(seed);
        foreach (var from in GoodRequest.ReadAll(apis))
        {
            for (var version = from.Api.First; version <= from.Api.Last && !_isOver; version++)
            {
                await VersionAsync(generator, from, version);
            }

            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,6:0}s {from.Api.Key}/{from.Name}: {_report.Compared} compared, {_report.Unexplained} unexplained"));
        }

        _report.Print(Console.Out);
        foreach (var unused in _judge.Explanations.Where(explanation => explanation.Used == 0 && only.Length == 0 && sample == 0))
        {
            Console.Out.WriteLine($"explains nothing: {unused.Api} {unused.Case} {unused.Path}: {unused.Why}");
        }

        return _isOver ? 2 : _report.Unexplained > 0 ? 1 : 0;
    }

    private async Task VersionAsync(Generator generator, GoodRequest from, short version)
    {
        foreach (var steps in from.Has(version) ? Sampled(generator.CasesOf(from, version)) : [])
        {
            if (only.Length > 0 && !steps.Any(step => Regex.IsMatch($"{from.Api.Key}/{step.Name}", only, RegexOptions.None, TimeSpan.FromSeconds(1))))
            {
                continue;
            }

            foreach (var step in steps)
            {
                await CompareAsync(step);
                if (_isOver)
                {
                    return;
                }
            }
        }
    }

    /// <summary>The good request and some others, chosen by their names.</summary>
    private IEnumerable<IReadOnlyList<Step>> Sampled(IEnumerable<IReadOnlyList<Step>> cases)
    {
        var all = cases.ToList();
        return sample == 0 ? all
            : all.Where((_, i) => i == 0).Concat(all.Skip(1).Where(steps => !IsUnfitToKeep(steps)).OrderBy(steps => Generator.Fnv(steps[0].Name + seed)).Take(sample - 1));
    }

    /// <summary>Too large to keep, or of a name that many cases share ("."), whose group depends on the clock.</summary>
    private static bool IsUnfitToKeep(IReadOnlyList<Step> steps) => steps.Any(step => step.Body.ToJsonString() is var body
        && (body.Length > SampledBytesMax || body.Contains("bytes=1048600", StringComparison.Ordinal) || step.Name.Contains("=dot", StringComparison.Ordinal)));

    /// <summary>All settings of a broker: its ports and folders are those of the run, not of the next one.</summary>
    private static bool IsOfThisMachine(Step step) => step.Api.Key == ApiKey.DescribeConfigs && step.Name.StartsWith("broker/", StringComparison.Ordinal);

    private static Task PauseAsync(int milliseconds) => milliseconds == 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);

    private async Task CompareAsync(Step step)
    {
        await PauseAsync(step.SleepMs);
        var (verdict, differences, outcomes) = (Verdict.Equal, (IReadOnlyList<Difference>)[], Array.Empty<Outcome>());
        for (var attempt = 0; attempt < (step.IsAwaited ? AwaitsMax : step.IsReading ? RetriesMax : 1); attempt++)
        {
            await PauseAsync(attempt == 0 ? 0 : SettleMs << Math.Min(attempt, 2));
            outcomes = await Task.WhenAll(theirs.AskAsync(step), ours.AskAsync(step));
            (verdict, differences) = _judge.Compare(step, outcomes[0], outcomes[1]);
            if (verdict != Verdict.Unexplained && !(step.IsAwaited && outcomes.Any(HasError)))
            {
                break;
            }
        }

        _report.Add(step.Api.Key.ToString(), verdict);
        if (!IsOfThisMachine(step))
        {
            record.WriteLine(Recording.Line(step, outcomes[0]));
        }

        if (verdict == Verdict.Unexplained)
        {
            Tell(step, differences, outcomes);
        }

        if (outcomes.Any(outcome => outcome.Kind == "closed"))
        {
            await SurviveAsync(step);
        }
    }

    private static bool HasError(Outcome outcome) =>
        outcome.Body is null || outcome.Body.ToJsonString() is var text && Regex.IsMatch(text, "\"errorCode\":[^0]", RegexOptions.None, TimeSpan.FromSeconds(1));

    private void Tell(Step step, IReadOnlyList<Difference> differences, Outcome[] outcomes)
    {
        var line = new JsonObject
        {
            ["api"] = step.Api.Key.ToString(),
            ["case"] = step.Name,
            ["differences"] = new JsonArray([.. differences.Select(difference => (JsonNode)difference.ToString())]),
            ["sent"] = Short(step.Body.ToJsonString()),
            ["theirs"] = Short(outcomes[0].ToJson().ToJsonString()),
            ["ours"] = Short(outcomes[1].ToJson().ToJsonString()),
        };
        found.WriteLine(line.ToJsonString(s_readable));
        found.Flush();
    }

    private static readonly System.Text.Json.JsonSerializerOptions s_readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Short(string text) => text.Length <= SentBytesShown ? text : text[..SentBytesShown] + "…";

    private async Task SurviveAsync(Step step)
    {
        foreach (var peer in new[] { theirs, ours })
        {
            if (!await peer.IsAliveAsync())
            {
                Console.Out.WriteLine($"{peer.Name} is gone after {step.Api.Key} {step.Name}: {Short(step.Body.ToJsonString())}");
                _isOver = true;
            }
        }
    }
}
