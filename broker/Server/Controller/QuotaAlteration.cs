using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>
/// Decides AlterClientQuotas: one entity's quotas are changed whole or not at all, and do not concern other entities. An
/// entity that is named again is answered with an error, and what it was first told holds, as for Kafka. Stateless.
/// </summary>
internal static class QuotaAlteration
{
    internal static ControllerDecision<AlterClientQuotasResponse> Decide(in AlterClientQuotasRequest request, ControllerContext context)
    {
        var records = new MetadataRecordList();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var response = new AlterClientQuotasResponse();
        foreach (ref var entry in request.Entries.Span)
        {
            var entity = EntityOf(entry);
            var error = ErrorCode.None;
            string? message = null;
            if (!places.TryGetValue(entity.Canonical(), out var place))
            {
                place = response.Entries.Count;
                places.Add(entity.Canonical(), place);
                response.Entries.Add(new AlterClientQuotasResponse.EntryData { Entity = PartsOf(entity) });
                (error, message) = DecideOne(entity, entry, context.Image, records);
            }
            else
            {
                Mark.Hit("quota.entity-named-twice");
                (error, message) = Duplicate(entity);
            }

            response.Entries[place].ErrorCode = (short)error;
            response.Entries[place].ErrorMessage = Text.Of(message);
        }

        return new ControllerDecision<AlterClientQuotasResponse>(request.ValidateOnly ? new MetadataRecordList() : records, response);
    }

    private static (ErrorCode Error, string? Message) DecideOne(
        QuotaEntity entity, in AlterClientQuotasRequest.EntryData entry, MetadataImage image, MetadataRecordList records)
    {
        var changes = new MetadataRecordList();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (ref var op in entry.Ops.Span)
        {
            if (!keys.Add(op.Key.ToString()))
            {
                return Duplicate(entity);
            }
        }

        try
        {
            QuotaKeys.CheckEntity(entity);
            foreach (ref var op in entry.Ops.Span)
            {
                Change(entity, op, image, changes);
            }
        }
        catch (Refusal refusal)
        {
            return (refusal.Error, refusal.Text);
        }

        records.AddRange(changes);
        return (ErrorCode.None, null);
    }

    private static void Change(QuotaEntity entity, in AlterClientQuotasRequest.OpData op, MetadataImage image, MetadataRecordList changes)
    {
        var key = op.Key.ToString();
        var isSet = image.ClientQuotas.TryGetValue(new ClientQuotaKey(entity.Canonical(), key), out var before);
        if (!op.Remove)
        {
            QuotaKeys.CheckValue(entity, key, op.Value);
        }

        if (op.Remove ? isSet : !isSet || !before.Value.Equals(op.Value))
        {
            if (op.Remove)
            {
                Mark.Hit("quota.removed");
            }

            changes.Add(entity.ToRecord(key, op.Value, op.Remove));
        }
    }

    private static (ErrorCode Error, string? Message) Duplicate(QuotaEntity entity) =>
        (ErrorCode.InvalidRequest, $"Ignoring duplicate entity {entity}");

    private static QuotaEntity EntityOf(in AlterClientQuotasRequest.EntryData entry)
    {
        var parts = new List<(string, string?)>();
        foreach (ref var part in entry.Entity.Span)
        {
            parts.Add((part.EntityType.ToString(), part.EntityName.AsString()));
        }

        return QuotaEntity.Of(parts);
    }

    private static Seq<AlterClientQuotasResponse.EntityData> PartsOf(QuotaEntity entity)
    {
        var parts = new Seq<AlterClientQuotasResponse.EntityData>();
        foreach (var (kind, name) in entity.Parts)
        {
            parts.Add(new AlterClientQuotasResponse.EntityData { EntityType = Text.Of(kind), EntityName = Text.Of(name) });
        }

        return parts;
    }
}
