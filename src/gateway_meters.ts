import type { Events } from "./lib/events.ts";
import type { MeterState } from "./gateway_view_ports.ts";
import type { MeterSource, SiteEvents } from "./site/mod.ts";

/** The meters at work: what they say goes onto the bus, and the last of it is kept. */
export interface MeterDesk {
  start(): void;
  stop(): Promise<void>;
  states(): readonly MeterState[];
}

/** Creates the desk; no meter is read before `start`. */
export function createMeterDesk(
  sources: readonly MeterSource[],
  events: Events<SiteEvents>,
): MeterDesk {
  const states = new Map<string, MeterState>(
    sources.map(({ id, role }) => [
      id,
      { id, role, health: { kind: "waiting" }, sample: null, refused: 0 },
    ]),
  );

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
          sample(sample) {
            change(source.id, (state) => ({ ...state, sample }));
            events.emit("sample", sample);
          },
          refused: () => change(source.id, (state) => ({ ...state, refused: state.refused + 1 })),
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
  };
}
