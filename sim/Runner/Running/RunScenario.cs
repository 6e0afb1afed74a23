using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Scenarios;

namespace Deterministic.Runner.Running;

/// <summary>Runs a scenario: what <see cref="Simulation"/> does, or something synthetic in tests.</summary>
internal delegate RunResult RunScenario(Scenario scenario, IChooser chooser, RunSettings settings);
