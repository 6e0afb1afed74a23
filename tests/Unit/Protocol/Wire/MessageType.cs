using System.Text.Json;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored;

namespace Deterministic.Protocol.Tests.Wire;

/// <summary>A message of the protocol, whatever its type is, and what the tests do with it.</summary>
public abstract class MessageType(string name, short first, short last, short flexibleSince)
{
    private static readonly Dictionary<string, MessageType> s_all = FindAll();

    public static IEnumerable<MessageType> All => s_all.Values;

    public string Name => name;

    public short First => first;

    public short Last => last;

    public static MessageType Of(string name) => s_all[name];

    public bool IsFlexible(short version) => version >= flexibleSince;

    /// <summary>Reads the bytes and prints, sizes and writes what was read.</summary>
    public abstract (string Json, byte[] Bytes, int Read) Reencode(ReadOnlyMemory<byte> bytes, short version);

    /// <summary>Reads the bytes only.</summary>
    public abstract void Decode(ReadOnlyMemory<byte> bytes, short version);

    /// <summary>Reads one message, then another one into the storage of the first, and writes that.</summary>
    public abstract byte[] ReencodeAfter(ReadOnlyMemory<byte> first, short firstVersion, ReadOnlyMemory<byte> second, short secondVersion);

    /// <summary>Writes a message from its values.</summary>
    public abstract byte[] FromJson(JsonElement values, short version);

    /// <summary>Writes a new message, in which everything is at its default.</summary>
    public abstract byte[] EncodeNew(short version);

    /// <summary>Describes the fields of the version.</summary>
    public abstract IReadOnlyList<SchemaField> Describe(short version);

    private static Dictionary<string, MessageType> FindAll()
    {
        var all = new Dictionary<string, MessageType>(StringComparer.Ordinal);
        foreach (var api in ApiCatalog.All)
        {
            foreach (var part in new[] { "Request", "Response" })
            {
                var type = typeof(ProduceRequest).Assembly.GetType($"Deterministic.Protocol.Apis.{api.Key}{part}", throwOnError: true)!;
                all.Add(type.Name, Create(type, api.First, api.Last, api.FlexibleSince));
            }
        }

        foreach (var type in typeof(ProduceRequest).Assembly.GetTypes().Where(t => t.IsValueType && t.IsAssignableTo(typeof(IStoredMessage))))
        {
            var info = (StoredInfo)type.GetProperty("Info")!.GetValue(null)!;
            all.Add(type.Name, Create(type, info.First, info.Last, info.FlexibleSince));
        }

        return all;
    }

    private static MessageType Create(Type type, short first, short last, short flexibleSince) =>
        (MessageType)Activator.CreateInstance(typeof(MessageType<>).MakeGenericType(type), type.Name, first, last, flexibleSince)!;
}
