using System.Globalization;
using System.Text.Json.Nodes;
using Deterministic.Protocol;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>A good request of an API, from which bad ones are made; what must come before it, and what looks at its effect.</summary>
public sealed class GoodRequest
{
    /// <summary>What every request may name freshly: replaced by a name of the case's own.</summary>
    public const string Fresh = "$fresh";

    private readonly JsonObject _json;

    private GoodRequest(ApiInfo api, JsonObject json)
    {
        Api = api;
        _json = json;
    }

    /// <summary>Of which API.</summary>
    public ApiInfo Api { get; }

    /// <summary>Which of the API's.</summary>
    public string Name => (string?)_json["name"] ?? "base";

    /// <summary>The request.</summary>
    public JsonObject Body => _json["body"] as JsonObject ?? [];

    /// <summary>Values that mean something, by path; they come beside those of the kind.</summary>
    public JsonObject Values => _json["values"] as JsonObject ?? [];

    /// <summary>What is sent at random, so that combinations come too; 0 for requests that cost much.</summary>
    public int RandomCount => (int?)_json["random"] ?? 12;

    /// <summary>Whether only the request itself is sent, and nothing is changed in it.</summary>
    public bool IsScript => (bool?)_json["script"] ?? false;

    /// <summary>Whether a version has it.</summary>
    public bool Has(short version) => version >= ((int?)_json["since"] ?? 0) && version <= ((int?)_json["until"] ?? short.MaxValue);

    /// <summary>Whether a value is not to be sent: it would break the broker for what follows.</summary>
    public bool Skips(Mutation mutation) =>
        _json["skip"] is JsonObject skip && skip[mutation.Path] is JsonArray values
        && values.Any(skipped => skipped?.ToJsonString() is "\"*\"" || skipped?.ToJsonString() == mutation.Value?.ToJsonString() || skipped?.ToJsonString() == $"\"{mutation.Label}\"");

    /// <summary>What comes before.</summary>
    public IEnumerable<Step> Before(string name, string fresh) => Steps("before", name, fresh);

    /// <summary>What comes behind.</summary>
    public IEnumerable<Step> After(string name, string fresh) => Steps("after", name, fresh);

    /// <summary>All bases of the data file; an API without one has an empty request.</summary>
    public static IReadOnlyList<GoodRequest> ReadAll(ReadOnlySpan<ApiInfo> apis)
    {
        var file = JsonNode.Parse(DataFile.Text("bases.json"))!.AsObject();
        var bases = new List<GoodRequest>();
        foreach (var api in apis)
        {
            var own = file[api.Key.ToString()] as JsonArray ?? [new JsonObject()];
            bases.AddRange(own.Select(json => new GoodRequest(api, (JsonObject)json!.DeepClone())));
        }

        return bases;
    }

    /// <summary>The steps that bring both brokers to one state.</summary>
    public static IEnumerable<Step> Setup() =>
        JsonNode.Parse(DataFile.Text("setup.json"))!.AsArray().Select((json, i) => StepOf((JsonObject)json!, $"setup/{i.ToString(CultureInfo.InvariantCulture)}", "setup"));

    /// <summary>A copy with the fresh name in it.</summary>
    public static JsonNode Freshened(JsonNode node, string fresh) =>
        JsonNode.Parse(node.ToJsonString().Replace(Fresh, fresh, StringComparison.Ordinal))!;

    private IEnumerable<Step> Steps(string list, string name, string fresh) => (_json[list] as JsonArray ?? [])
        .Select((json, i) => StepOf((JsonObject)json!, $"{name}/{list}{i.ToString(CultureInfo.InvariantCulture)}", fresh));

    private static Step StepOf(JsonObject json, string name, string fresh)
    {
        var key = Enum.Parse<ApiKey>((string)json["api"]!);
        var api = ApiCatalog.Find((short)key) ?? throw new InvalidOperationException($"{key} is not served");
        var save = (json["save"] as JsonObject ?? []).ToDictionary(pair => pair.Key, pair => (string)pair.Value!, StringComparer.Ordinal);
        return new Step(name, api, (short)((int?)json["version"] ?? api.Last), (JsonObject)Freshened(json["body"] ?? new JsonObject(), fresh))
        {
            Save = save,
            IsAwaited = (bool?)json["await"] ?? false,
            SleepMs = (int?)json["sleep"] ?? 0,
        };
    }
}
