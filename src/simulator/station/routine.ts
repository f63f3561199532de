import { every, sleep } from "../../lib/clock.ts";
import type { ChargerPorts } from "../charger.ts";
import type { ChargerOptions } from "../charger_options.ts";
import type { StationClock } from "./station_clock.ts";

/** What a station does in the course of time, whatever it speaks. */
export interface Routine {
  /** Begins the ticks, and the faults that come by chance. */
  start(): void;
  /** Ends everything, and what was put off with it. */
  stop(): void;
  readonly stopped: AbortSignal;
  /** Begins the heartbeat anew, at its present interval. */
  beatRegularly(): void;
  /** The connection is gone. */
  stopBeating(): void;
  /** Does something later, unless the station is taken away before. */
  later(delayMs: number, work: () => void): void;
  /** Takes as long as the station takes for an answer. */
  think(): Promise<void>;
}

/** Whose routine it is. */
export interface RoutineOwner {
  readonly clock: StationClock;
  readonly link: {
    isReady(): boolean;
    say(action: "Heartbeat", payload: Record<never, never>): Promise<
      | { readonly kind: "answered"; readonly payload: { readonly currentTime: string } }
      | { readonly kind: "failed" }
    >;
  };
  /** Seconds between two heartbeats; 0 for none. */
  heartbeatInterval(): number;
  /** Each tick. */
  update(): void;
  /** A fault of its software. */
  reboot(): void;
}

/** Creates the routine. It does nothing before `start`. */
export function createRoutine(
  { faults, timing }: ChargerOptions,
  { clock, ids, spawn }: Pick<ChargerPorts, "clock" | "ids" | "spawn">,
  owner: RoutineOwner,
): Routine {
  const stopped = new AbortController();
  const cancelsLater = new Set<() => void>();
  let cancelTick = () => {};
  let cancelHeartbeat = () => {};
  let cancelReboot = () => {};

  /** Many short times between two faults, few long ones. */
  function rebootByChance(): void {
    const { rebootsEveryMs } = faults;
    if (rebootsEveryMs === 0) return;
    cancelReboot = clock.after(-Math.log(1 - ids.random()) * rebootsEveryMs, () => {
      owner.reboot();
      rebootByChance();
    });
  }

  function beatRegularly(): void {
    cancelHeartbeat();
    const seconds = owner.heartbeatInterval();
    if (seconds === 0 || !owner.link.isReady()) return;
    cancelHeartbeat = clock.after(seconds * 1_000, () => {
      beatRegularly();
      spawn("heartbeat", beat);
    });
  }

  async function beat(): Promise<void> {
    const said = await owner.link.say("Heartbeat", {});
    if (said.kind === "answered") owner.clock.synchronise(said.payload.currentTime);
  }

  return {
    start() {
      cancelTick = every(clock, timing.tickMs, owner.update);
      rebootByChance();
    },
    stop() {
      stopped.abort();
      cancelTick();
      cancelReboot();
      cancelHeartbeat();
      for (const cancel of cancelsLater) cancel();
    },
    stopped: stopped.signal,
    beatRegularly,
    stopBeating: () => cancelHeartbeat(),
    later(delayMs, work) {
      if (stopped.signal.aborted) return;
      const cancel = clock.after(delayMs, () => {
        cancelsLater.delete(cancel);
        work();
      });
      cancelsLater.add(cancel);
    },
    async think() {
      const { answerDelayMs } = faults;
      if (answerDelayMs > 0) await sleep(clock, answerDelayMs, stopped.signal);
    },
  };
}
