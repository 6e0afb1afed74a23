using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Disks;

/// <summary>Random operations and losses of power, against models that are too simple to be wrong.</summary>
public sealed class ModelTests
{
    private const int LengthMax = 3 * 4096 + 1000;

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 25).Select(i => (ulong)i)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Flushed_bytes_are_always_there_and_the_others_are_as_they_once_were(ulong seed)
    {
        var it = new DiskWorld(seed);
        var chance = new SeededChooser(seed + 1000);
        var model = new ModelFile();
        it.Disk.Faults.WriteBackPerMille = 300;
        it.MakeFile("/f", 0, 0);
        var file = it.Port.Open("/f", FileOpening.Existing);
        for (var i = 0; i < 250; i++)
        {
            switch (chance.Next(20, "op"))
            {
                case < 11:
                    var bytes = DiskWorld.Filled(chance.Next(chance.Next(2, "big") == 0 ? 40 : 3000, "size") + 1, (byte)(i + 1));
                    var position = chance.Next(LengthMax - bytes.Length, "position");
                    file.Write(position, bytes);
                    model.Write(position, bytes);
                    break;
                case < 13:
                    var length = chance.Next(LengthMax, "length");
                    file.SetLength(length);
                    model.SetLength(length);
                    break;
                case 13:
                    file.Flush();
                    model.Flush();
                    break;
                case < 16:
                    BeginFlush(it, file, model);
                    break;
                case < 18:
                    it.Do(() => { });
                    break;
                case 18:
                    it.Restart(ProcessEnd.Kill);
                    file = it.Port.Open("/f", FileOpening.Existing);
                    break;
                default:
                    it.Restart(ProcessEnd.PowerLoss);
                    model.LosePower(it.ReadAll("/f"));
                    file = it.Port.Open("/f", FileOpening.Existing);
                    break;
            }

            Assert.Equal(model.Current, it.ReadAll("/f"));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Synced_names_are_always_there_and_the_others_are_as_they_once_were(ulong seed)
    {
        var it = new DiskWorld(seed);
        var chance = new SeededChooser(seed + 2000);
        var model = new ModelNames();
        it.Port.CreateDirectory("/d");
        it.Port.SyncDirectory("/");
        for (var i = 1; i < 250; i++)
        {
            var name = ModelNames.All[chance.Next(ModelNames.All.Length, "name")];
            switch (chance.Next(12, "op"))
            {
                case < 4 when !model.Has(name):
                    Make(it, name, i);
                    model.Make(name, i);
                    break;
                case < 4:
                    it.Port.DeleteFile($"/d/{name}");
                    model.Delete(name);
                    break;
                case < 9 when model.Has(name):
                    var to = ModelNames.All[chance.Next(ModelNames.All.Length, "to")];
                    it.Port.Rename($"/d/{name}", $"/d/{to}");
                    model.Rename(name, to);
                    break;
                case 9:
                    it.Port.SyncDirectory("/d");
                    model.Sync();
                    break;
                case > 9:
                    it.Restart(ProcessEnd.PowerLoss);
                    model.LosePower(Found(it));
                    break;
                default:
                    break;
            }

            Assert.Equal(model.Current, Found(it));
        }
    }

    private static void BeginFlush(DiskWorld it, IFile file, ModelFile model)
    {
        var isBegun = false;
        it.Process.Shards[0].Post(() =>
        {
            file.BeginFlush((_, _) => model.EndFlush(), null);
            model.BeginFlush();
            isBegun = true;
        });
        it.World.RunUntil(() => isBegun, long.MaxValue);
    }

    private static void Make(DiskWorld it, string name, int id)
    {
        using var file = it.Port.Open($"/d/{name}", FileOpening.OrCreate);
        file.Write(0, BitConverter.GetBytes(id));
        file.Flush();
    }

    private static SortedDictionary<string, int> Found(DiskWorld it)
    {
        var found = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in it.Port.ListFiles("/d"))
        {
            found.Add(name, BitConverter.ToInt32(it.ReadAll($"/d/{name}")));
        }

        return found;
    }
}
