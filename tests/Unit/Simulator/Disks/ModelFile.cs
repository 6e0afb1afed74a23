namespace Deterministic.Simulator.Tests.Disks;

/// <summary>A file as simply as can be: every version of all its bytes since the one that is durable, oldest first.</summary>
internal sealed class ModelFile
{
    private const int Sector = 512;
    private readonly List<byte[]> _versions = [[]];
    private int _inFlight = -1;

    public byte[] Current => _versions[^1];

    public void Write(int position, byte[] bytes)
    {
        var next = new byte[Math.Max(Current.Length, position + bytes.Length)];
        Current.CopyTo(next, 0);
        bytes.CopyTo(next, position);
        _versions.Add(next);
    }

    public void SetLength(int length)
    {
        var next = new byte[length];
        Current.AsSpan(0, Math.Min(length, Current.Length)).CopyTo(next);
        _versions.Add(next);
    }

    public void Flush()
    {
        _versions.RemoveRange(0, _versions.Count - 1);
        _inFlight = -1;
    }

    public void BeginFlush() => _inFlight = _versions.Count - 1;

    public void EndFlush()
    {
        if (_inFlight >= 0)
        {
            _versions.RemoveRange(0, _inFlight);
            _inFlight = -1;
        }
    }

    /// <summary>Asserts that what was found may be left, and goes on from there.</summary>
    public void LosePower(byte[] found)
    {
        var lengths = _versions.Select(v => v.Length).ToArray();
        Assert.InRange(found.Length, lengths.Min(), lengths.Max());
        Assert.True(lengths.Contains(found.Length) || found.Length % Sector == 0, $"nobody made it {found.Length} long");
        for (var at = 0; at < found.Length; at += Sector)
        {
            var sector = PartOf(found, at, found.Length);
            var isHole = sector.All(b => b == 0) && _versions.Any(v => v.Length < at + Sector);
            Assert.True(
                isHole || _versions.Any(v => PartOf(v, at, found.Length).SequenceEqual(sector)) || WasOnceAndCut(sector, at, found.Length),
                $"the sector at {at} has bytes that it never had");
        }

        _versions.Clear();
        _versions.Add(found);
        _inFlight = -1;
    }

    /// <summary>A cut reached the device and what was written between the durable bytes and the cut did not.</summary>
    private bool WasOnceAndCut(byte[] sector, int at, int end)
    {
        for (var i = 0; i < _versions.Count; i++)
        {
            foreach (var cut in _versions.Skip(i).Select(later => Math.Min(later.Length, _versions[i].Length)))
            {
                if (PartOf(_versions[i][..cut], at, end).SequenceEqual(sector))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static byte[] PartOf(byte[] bytes, int at, int end)
    {
        var part = new byte[Math.Min(Sector, end - at)];
        bytes.AsSpan(Math.Min(at, bytes.Length)..Math.Min(at + part.Length, bytes.Length)).CopyTo(part);
        return part;
    }
}
