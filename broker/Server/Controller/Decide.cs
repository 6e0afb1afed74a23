namespace Deterministic.Server.Controller;

/// <summary>A decision of the controller: a pure function of the request and of what stands in the context.</summary>
public delegate ControllerDecision<TResponse> Decide<TRequest, TResponse>(in TRequest request, ControllerContext context)
    where TRequest : struct
    where TResponse : struct;
