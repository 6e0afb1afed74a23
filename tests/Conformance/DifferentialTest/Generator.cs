using System.Globalization;
using System.Text.Json.Nodes;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>
/// Makes the cases: each good request as it is, with one field changed in every way, with its bytes spoiled, and with several fields
/// changed at random. A case is its steps in order. The same seed makes the same cases.
/// </summary>
public sealed class Generator(int seed)
{
    private const int FieldsAtOnceMax = 3;
    private const string SpoiledTags = "0a2a02abcd";

    private int _fresh;

    /// <summary>The cases of a base in a version.</summary>
    public IEnumerable<IReadOnlyList<Step>> CasesOf(GoodRequest from, short version)
    {
        var name = $"{from.Name}/v{version.ToString(CultureInfo.InvariantCulture)}";
        yield return Case(from, version, $"{name}/good", from.Body);
        if (from.IsScript)
        {
            yield break;
        }

        var mutations = MutationsOf(from, version);
        foreach (var mutation in mutations)
        {
            var body = (JsonObject)from.Body.DeepClone();
            if (mutation.Apply(body))
            {
                yield return Case(from, version, $"{name}/{mutation.Path}={mutation.Label}", body);
            }
        }

        foreach (var spoiled in Spoiled(from, version, name))
        {
            yield return spoiled;
        }

        var random = new Xorshift((ulong)(uint)seed * 1_000_003 + (ulong)from.Api.Key * 131 + (ulong)version + Fnv(from.Name));
        for (var i = 0; i < from.RandomCount && mutations.Count > 1; i++)
        {
            var body = (JsonObject)from.Body.DeepClone();
            var labels = new List<string>();
            for (var changes = 2 + random.Below(FieldsAtOnceMax - 1); changes > 0; changes--)
            {
                var mutation = mutations[random.Below(mutations.Count)];
                if (mutation.Apply(body))
                {
                    labels.Add($"{mutation.Path}={mutation.Label}");
                }
            }

            yield return Case(from, version, $"{name}/random{i.ToString(CultureInfo.InvariantCulture)}({string.Join('&', labels)})", body);
        }
    }

    internal static ulong Fnv(string text)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 1_099_511_628_211UL;
        }

        return hash;
    }

    private static List<Mutation> MutationsOf(GoodRequest from, short version)
    {
        var found = new List<Mutation>();
        Walk(MessageSchema.OfRequest(from.Api, version), from.Body, "", found);
        foreach (var (path, values) in from.Values)
        {
            if (found.Any(mutation => mutation.Path == path))
            {
                found.AddRange(values!.AsArray().Select(value => new Mutation(path, $"<{value?.ToJsonString() ?? "null"}>", value)));
            }
        }

        return [.. found.Where(mutation => !from.Skips(mutation))];
    }

    private static void Walk(IReadOnlyList<Field> fields, JsonObject body, string prefix, List<Mutation> found)
    {
        foreach (var field in fields)
        {
            var path = prefix + field.Name;
            var now = body[field.Name];
            found.AddRange(FieldValues.Of(field, path, now));
            if (field.Kind == FieldKind.Struct && now is JsonObject inner)
            {
                Walk(field.Fields, inner, path + ".", found);
            }
            else if (field.Kind == FieldKind.Array && now is JsonArray { Count: > 0 } items)
            {
                if (items[0] is JsonObject first)
                {
                    Walk(field.Item!.Fields, first, path + ".0.", found);
                }
                else
                {
                    found.AddRange(FieldValues.Of(field.Item!, path + ".0", items[0]));
                }
            }
        }
    }

    private IEnumerable<IReadOnlyList<Step>> Spoiled(GoodRequest from, short version, string name)
    {
        foreach (var cut in new[] { 1, 2, 4, 9 })
        {
            yield return Spoil(Case(from, version, $"{name}/cut-{cut.ToString(CultureInfo.InvariantCulture)}", from.Body), step => step with { CutBytes = cut });
        }

        yield return Spoil(Case(from, version, $"{name}/bytes-behind", from.Body), step => step with { Appended = "deadbeef" });
        if (from.Api.IsFlexible(version))
        {
            var body = (JsonObject)from.Body.DeepClone();
            body[BodyWriter.UnknownTags] = new JsonObject { ["42"] = "abcd", ["9999"] = "" };
            yield return Case(from, version, $"{name}/unknown-tags", body);
            yield return Spoil(Case(from, version, $"{name}/bad-tags", from.Body), step => step with { CutBytes = 1, Appended = SpoiledTags });
        }
    }

    /// <summary>Spoils the request itself, not what comes before and behind.</summary>
    private static List<Step> Spoil(IReadOnlyList<Step> steps, Func<Step, Step> spoil) =>
        [.. steps.Select(step => step.Name.Contains("/before", StringComparison.Ordinal) || step.Name.Contains("/after", StringComparison.Ordinal) ? step : spoil(step))];

    private List<Step> Case(GoodRequest from, short version, string name, JsonObject body)
    {
        var fresh = $"f{(++_fresh).ToString("D5", CultureInfo.InvariantCulture)}";
        return
        [
            .. from.Before(name, fresh),
            new Step(name, from.Api, version, (JsonObject)GoodRequest.Freshened(body, fresh)),
            .. from.After(name, fresh),
        ];
    }
}
