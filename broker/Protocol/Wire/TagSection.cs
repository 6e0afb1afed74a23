namespace Deterministic.Protocol.Wire;

/// <summary>What the sizer and the writer both need to know of a struct's tagged fields.</summary>
internal static class TagSection
{
    /// <summary>
    /// <see cref="IMessage.TagCount"/>, asked once for each type: calling a member that a struct leaves to the interface
    /// boxes the struct. Whoever has tags implements all of their members.
    /// </summary>
    internal static int TagsOf<T>()
        where T : struct, IMessage => Known<T>.TagCount;

    /// <summary>How many known tagged fields will be written.</summary>
    internal static int CountOf<T>(ref T self, short version)
        where T : struct, IMessage
    {
        var count = 0;
        for (var tag = 0; tag < TagsOf<T>(); tag++)
        {
            if (self.HasTag(tag, version) && !self.IsTagDefault(tag))
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>Bytes of one tagged field, without its number and size.</summary>
    internal static int SizeOf<T>(ref T self, int tag, short version)
        where T : struct, IMessage
    {
        // Only flexible versions have tags.
        var sizer = new WireSizer(version, isFlexible: true);
        self.WalkTag(ref sizer, tag);
        return sizer.SizeBytes;
    }

    private static class Known<T>
        where T : struct, IMessage
    {
        internal static readonly int TagCount = new T().TagCount;
    }
}
