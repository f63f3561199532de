import type { ComparedStep } from "./balancing/mod.ts";
import type { Events } from "./lib/events.ts";
import { chargingFindings } from "./meters/mod.ts";
import type { SiteEvents } from "./site/mod.ts";
import { findingWords } from "./web/mod.ts";

/** The kind of fault that says: a meter does not show what chargers behind it draw. */
const METER_WIRING = "meter-wiring";

/**
 * Raises a fault when a meter shows otherwise what chargers behind it draw: a fuse is protected by what
 * its meter says. The returned function ends the watch.
 */
export function watchMeterWiring(
  events: Events<SiteEvents>,
  comparedSteps: () => readonly ComparedStep[],
): () => void {
  /** What is wrong with each meter, as it was told. */
  const told = new Map<string, string>();

  function look(meterId: string, steps: readonly ComparedStep[]): void {
    const [finding] = chargingFindings(steps);
    const { seen, next } = finding === undefined
      ? { seen: "", next: "" }
      : findingWords("en", finding);
    const kind = finding?.kind ?? "";
    if ((told.get(meterId) ?? "") === kind) return;
    told.set(meterId, kind);
    events.emit("fault", {
      kind: METER_WIRING,
      // Less where more flows lets a fuse be overloaded. The rest may have a harmless cause, such as a
      // battery that makes up at once for what a car draws.
      severity: kind === "charging-reversed" ? "alarm" : "warning",
      subject: meterId,
      text: kind === ""
        ? `Meter "${meterId}" shows what chargers draw`
        : `Meter "${meterId}": ${seen} ${next}`,
      state: kind === "" ? "over" : "raised",
    });
  }

  return events.on("measured", () => {
    for (const [meterId, steps] of Map.groupBy(comparedSteps(), (step) => step.meterId)) {
      look(meterId, steps);
    }
  });
}
