import type { ComparedStep } from "./balancing/mod.ts";
import type { Clock } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Log } from "./lib/log.ts";
import type { Spawner } from "./lib/spawn.ts";
import { drop, put } from "./lib/write.ts";
import { chargingFindings, showsAsTold, type WiringFinding } from "./meters/mod.ts";
import type { Journal } from "./outbox/mod.ts";
import { type CommandOutcome, type DoubtedMeter, LINES, type SiteEvents } from "./site/mod.ts";
import { findingWords } from "./web/mod.ts";

/** The kind of fault that says: a meter does not show what chargers behind it draw. */
const METER_WIRING = "meter-wiring";

export interface MeterCheckPorts {
  readonly clock: Clock;
  readonly events: Events<SiteEvents>;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly journal: Pick<Journal, "commit">;
  /** Steps of single chargers beside what the meters above them showed, oldest first. */
  readonly comparedSteps: () => readonly ComparedStep[];
  /** Tells the balancer which meters it is not to believe. */
  readonly doubt: (meterIds: readonly string[]) => void;
}

/**
 * Compares what meters show with what chargers behind them draw. A fuse is protected by what its meter
 * says: one that shows less when a car draws more, or a part only of what it draws, is not believed until
 * two steps in a row have proved that it is right, or somebody who has looked says so. That outlives a
 * restart.
 */
export interface MeterCheck {
  /** To be called after the balancer, so that it has compared each measurement before. */
  start(): void;
  stop(): void;
  /** What was compared, without what is settled since. */
  steps(): readonly ComparedStep[];
  /** Meters that are not believed. */
  doubted(): readonly DoubtedMeter[];
  isDoubted(meterId: string): boolean;
  /** An installer has looked at it: it counts again, until it is seen turned anew. */
  believe(meterId: string, by: string): Promise<CommandOutcome>;
}

/** What a fuse does not survive: less where more flows. */
type Doubtful = WiringFinding & { readonly kind: "charging-reversed" | "charging-ratio" };

/** A meter that shows less than this part of what cars draw is not believed. */
const BELIEVED_PART = 0.8;

/** Creates the check; `before` are the doubts from before the restart. */
export function createMeterCheck(
  ports: MeterCheckPorts,
  before: Iterable<DoubtedMeter>,
): MeterCheck {
  const { clock, events, log, spawn, journal } = ports;
  const doubts = new Map([...before].map((doubt) => [doubt.meterId, doubt]));
  /** What is wrong with each meter, as it was told. */
  const told = new Map<string, WiringFinding["kind"]>();
  /** Older steps of a meter do not count any more, by our monotonic clock. */
  const settledMs = new Map<string, number>();
  let stops: (() => void)[] = [];

  const steps = () =>
    ports.comparedSteps().filter(({ meterId, atMs }) =>
      atMs > (settledMs.get(meterId) ?? -Infinity)
    );

  function look(meterId: string, seen: readonly ComparedStep[]): void {
    if (doubts.has(meterId)) {
      if (showsAsTold(seen)) spawn("believe meter", () => believeAgain(meterId));
      return;
    }
    const [finding] = chargingFindings(seen);
    if (finding !== undefined && isDoubtful(finding)) distrust(meterId, finding);
    if (told.get(meterId) === finding?.kind) return;
    if (finding === undefined) told.delete(meterId);
    else told.set(meterId, finding.kind);
    tell(meterId, finding);
  }

  function distrust(meterId: string, finding: Doubtful): void {
    const doubt = { meterId, ...doubtOf(finding), sinceMs: clock.wallMs() };
    doubts.set(meterId, doubt);
    const { lines, factor } = doubt;
    log("warning", "meter_doubted", { meter: meterId, lines, ...(factor && { factor }) });
    spawn("note doubted meter", () => journal.commit([put("doubted-meters", meterId, doubt)]));
    ports.doubt([...doubts.keys()]);
  }

  async function believeAgain(meterId: string): Promise<void> {
    doubts.delete(meterId);
    told.delete(meterId);
    log("info", "meter_believed", { meter: meterId });
    ports.doubt([...doubts.keys()]);
    tell(meterId, undefined);
    await journal.commit([drop("doubted-meters", meterId)]);
  }

  function tell(meterId: string, finding: WiringFinding | undefined): void {
    events.emit("fault", {
      kind: METER_WIRING,
      // Less than flows lets a fuse be overloaded. The rest may have a harmless cause, such as a
      // battery that makes up at once for what a car draws.
      severity: finding !== undefined && isDoubtful(finding) ? "alarm" : "warning",
      subject: meterId,
      text: finding === undefined
        ? `Meter "${meterId}" shows what chargers draw`
        : `Meter "${meterId}": ${toldWords(finding)}`,
      state: finding === undefined ? "over" : "raised",
    });
  }

  return {
    start() {
      ports.doubt([...doubts.keys()]);
      for (const doubt of doubts.values()) {
        const finding = doubtFinding(doubt);
        told.set(doubt.meterId, finding.kind);
        tell(doubt.meterId, finding);
      }
      stops = [events.on("measured", () => {
        for (const [meterId, seen] of Map.groupBy(steps(), (step) => step.meterId)) {
          look(meterId, seen);
        }
      })];
    },
    stop() {
      for (const stop of stops) stop();
      stops = [];
    },
    steps,
    doubted: () => [...doubts.values()],
    isDoubted: (meterId) => doubts.has(meterId),
    async believe(meterId, by) {
      if (!doubts.has(meterId)) {
        const reason = `Meter "${meterId}" is believed already`;
        return { kind: "refused", reason, advice: "Reload the page" };
      }
      log("warning", "installer_believes_meter", { meter: meterId, by });
      settledMs.set(meterId, clock.monoMs());
      await believeAgain(meterId);
      return { kind: "accepted", detail: `Meter "${meterId}" counts again` };
    },
  };
}

/** A doubt in the terms in which findings are told. */
export function doubtFinding({ lines, seen, factor }: DoubtedMeter): Doubtful {
  if (factor !== undefined) return { kind: "charging-ratio", factor };
  return { kind: "charging-reversed", lines, ...(seen && { seen }) };
}

function doubtOf(finding: Doubtful): Pick<DoubtedMeter, "lines" | "seen" | "factor"> {
  if (finding.kind === "charging-ratio") return { lines: LINES, factor: finding.factor };
  const { lines, seen } = finding;
  return { lines, ...(seen && { seen }) };
}

/** Too much is safe: it costs room only. */
function isDoubtful(finding: WiringFinding): finding is Doubtful {
  return finding.kind === "charging-reversed" ||
    (finding.kind === "charging-ratio" && finding.factor < BELIEVED_PART);
}

function toldWords(finding: WiringFinding): string {
  const { seen, next } = findingWords("en", finding);
  const until = isDoubtful(finding)
    ? " Until it is right, the worst other load counts in its place."
    : "";
  return `${seen} ${next}${until}`;
}
