import type { CounterDesk } from "./gateway_counters.ts";
import type { Clock } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { MeterState } from "./gateway_view_ports.ts";
import { createRing } from "./lib/ring.ts";
import type { MeterSample, MeterSource, SiteEvents } from "./site/mod.ts";

/** The meters at work: what they say goes onto the bus, and the last of it is kept. */
export interface MeterDesk {
  start(): void;
  stop(): Promise<void>;
  states(): readonly MeterState[];
  /** The newest samples of a meter, oldest first: ten minutes of one that is read each second. */
  recent(meterId: string): readonly MeterSample[];
}

/** Kept in memory, of each meter; at a reading a second these are ten minutes. */
const RECENT_SAMPLES = 600;
/** The pace is the middle of so many gaps. */
const PACE_SAMPLES = 11;

/** Creates the desk; no meter is read before `start`. */
export function createMeterDesk(
  sources: readonly MeterSource[],
  events: Events<SiteEvents>,
  clock: Pick<Clock, "monoMs">,
  counters: Pick<CounterDesk, "counted" | "of">,
): MeterDesk {
  const states = new Map<string, MeterState>(
    sources.map(({ id, role, line = null }) => [
      id,
      {
        id,
        role,
        line,
        health: { kind: "waiting" },
        sample: null,
        refused: 0,
        lastRefusal: null,
        counters: counters.of(id),
        readings: 0,
        everyMs: null,
      },
    ]),
  );
  const rings = new Map(sources.map(({ id }) => [id, createRing<MeterSample>(RECENT_SAMPLES)]));

  function change(id: string, edit: (state: MeterState) => MeterState): void {
    const state = states.get(id);
    if (state !== undefined) states.set(id, edit(state));
  }

  let stops: (() => void)[] = [];

  return {
    start() {
      stops = sources.flatMap((source) =>
        source.measured === undefined
          ? []
          : [events.on("measured", (measurement) => source.measured?.(measurement))]
      );
      for (const source of sources) {
        source.start({
          sample(read) {
            const sample = counters.counted(read);
            rings.get(source.id)?.push(sample);
            change(source.id, (state) => ({
              ...state,
              sample,
              counters: counters.of(source.id),
              readings: state.readings + 1,
              everyMs: paceOf(rings.get(source.id)?.items() ?? []),
            }));
            events.emit("sample", sample);
          },
          refused(reason) {
            change(source.id, (state) => ({
              ...state,
              refused: state.refused + 1,
              lastRefusal: { reason, atMonoMs: clock.monoMs() },
            }));
          },
          health(health) {
            change(source.id, (state) => ({ ...state, health }));
            events.emit("meter-health", { meterId: source.id, health });
            if (health.kind === "waiting") return;
            events.emit("fault", {
              kind: "meter-failing",
              severity: "warning",
              subject: source.id,
              text: health.kind === "failing"
                ? `Meter "${source.id}": ${health.reason}`
                : `Meter "${source.id}" reads again`,
              state: health.kind === "failing" ? "raised" : "over",
            });
          },
        });
      }
    },
    async stop() {
      for (const stop of stops) stop();
      await Promise.all(sources.map((source) => source.stop()));
    },
    states: () => [...states.values()],
    recent: (meterId) => rings.get(meterId)?.items() ?? [],
  };
}

function paceOf(samples: readonly MeterSample[]): number | null {
  const last = samples.slice(-PACE_SAMPLES);
  if (last.length < 3) return null;
  const gaps = last.slice(1).map(({ atMonoMs }, at) => atMonoMs - (last[at]?.atMonoMs ?? 0));
  const middle = gaps.sort((left, right) => left - right)[Math.floor(gaps.length / 2)];
  return middle === undefined ? null : Math.round(middle);
}
