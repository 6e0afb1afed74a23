namespace Deterministic.Host.Commands.Performance;

/// <summary>A batch to send: its bytes, the bytes of its values, and when each of its records was given to the producer (Stopwatch ticks).</summary>
internal sealed record ReadyBatch(int Partition, byte[] Bytes, long ValueBytes, long[] StartTicks);
