using Deterministic.Protocol.Records;

namespace Deterministic.Simulator.Networks;

/// <summary>Finds the bytes of a message that a checksum of the protocol protects: those under the CRC of a record batch. Stateless.</summary>
internal static class ProtectedBytes
{
    /// <summary>The protected bytes of the first batch that lies whole in <paramref name="bytes"/>, or nothing.</summary>
    internal static Span<byte> Find(Span<byte> bytes)
    {
        for (var at = 0; at + RecordBatchHeader.SizeBytes <= bytes.Length; at++)
        {
            if (bytes[at + RecordBatchHeader.MagicPosition] != (byte)RecordBatchHeader.CurrentMagic)
            {
                continue;
            }

            var header = new RecordBatchHeader(bytes[at..]);
            if (header.TotalBytes < RecordBatchHeader.SizeBytes || header.TotalBytes > bytes.Length - at)
            {
                continue;
            }

            var covered = bytes.Slice(at + RecordBatchHeader.CrcCoveragePosition, (int)header.TotalBytes - RecordBatchHeader.CrcCoveragePosition);
            if (Crc32C.Compute(covered) == header.Crc)
            {
                return covered;
            }
        }

        return [];
    }
}
