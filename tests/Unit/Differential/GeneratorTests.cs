using System.Text.Json.Nodes;
using Deterministic.Conformance.DifferentialTest;
using Deterministic.Protocol;

namespace Deterministic.Differential.Tests;

/// <summary>The requests: the same for the same seed, of every API and version, and as long as they say.</summary>
public sealed class GeneratorTests
{
    [Fact]
    public void Every_API_and_version_has_cases_and_each_can_be_written()
    {
        var generator = new Generator(1);
        var bases = GoodRequest.ReadAll(ApiCatalog.All);
        foreach (var api in ApiCatalog.All)
        {
            for (var version = api.First; version <= api.Last; version++)
            {
                var cases = bases.Where(from => from.Api == api && from.Has(version)).SelectMany(from => generator.CasesOf(from, version)).ToList();
                Assert.True(cases.Count > 0 || api.Key == ApiKey.UpdateFeatures, $"no case for {api.Key} v{version}");
                Assert.All(cases.SelectMany(steps => steps), step => Assert.NotEmpty(step.Frame(1, Given)));
            }
        }
    }

    [Fact]
    public void The_same_seed_makes_the_same_requests_and_another_makes_others()
    {
        Assert.Equal(Names(1), Names(1));
        Assert.NotEqual(Names(1), Names(2));
    }

    [Fact]
    public void What_is_written_is_what_our_own_codec_reads()
    {
        var api = ApiCatalog.Find((short)ApiKey.ListOffsets)!;
        var body = (JsonObject)JsonNode.Parse("""{"replicaId":-1,"isolationLevel":1,"topics":[{"name":"a","partitions":[{"partitionIndex":3,"timestamp":-2}]}]}""")!;

        var frame = BodyWriter.Frame(api, 7, 5, body, Given);
        var reader = new BodyReader(frame.AsMemory(4 + 2 + 2 + 4 + 2 + 4 + 1), isFlexible: true);

        var read = reader.Read(MessageSchema.OfRequest(api, 7));
        Assert.Equal("""{"replicaId":-1,"isolationLevel":1,"topics":[{"name":"a","partitions":[{"partitionIndex":3,"currentLeaderEpoch":-1,"timestamp":-2}]}]}""", read.ToJsonString());
    }

    private static JsonNode? Given(string name) => JsonValue.Create(name is "$a" or "$b" or "$p" or "$txn" or "$ci" ? "AAAAAAAAAAAAAAAAAAAAAQ" : "7");

    private static List<string> Names(int seed)
    {
        var generator = new Generator(seed);
        return [.. GoodRequest.ReadAll(ApiCatalog.All).Where(from => from.Has(from.Api.Last)).SelectMany(from => generator.CasesOf(from, from.Api.Last)).Select(steps => steps[^1].Name)];
    }
}
