namespace Deterministic.Simulator.Workloads;

/// <summary>What a client does behind its first push.</summary>
public enum TelemetryTrick
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Pushes again before its time.</summary>
    PushesTooEarly,

    /// <summary>Asks again before its time.</summary>
    AsksTooEarly,

    /// <summary>Says that it ends, and then pushes once more.</summary>
    PushesAfterItsEnd,

    /// <summary>Its first push names another subscription.</summary>
    NamesAnotherSubscription,

    /// <summary>Its first push is no protobuf.</summary>
    PushesGarbage,

    /// <summary>Its first push is of a codec that does not exist.</summary>
    NamesUnknownCodec,
}
