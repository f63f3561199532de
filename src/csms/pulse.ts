import type { InsideAction, Speaker, SpokenOutcome } from "../ocpp/mod.ts";
import type { CsmsPorts } from "./ports.ts";
import { heartbeatMs } from "./registration.ts";

/** How a call ended. */
type Ended = Pick<SpokenOutcome<InsideAction>, "kind">;

/** Whether the CSMS on a connection is there, and what time it has. */
export interface Pulse {
  /** A call has come to its end; returns whether the CSMS answered it, with an error or without. */
  heard(outcome: Ended): boolean;
  /** Whether it was heard, where nothing more is known. */
  noteHeard(answered: boolean): void;
  /** It counts as silent, or does not any more. */
  note(silent: boolean): void;
  heartbeatDueInMs(nowMs: number): number;
  heartbeat(): Promise<void>;
  /** What goes up should bear the right time; but a CSMS that does not tell it holds nothing up. */
  isTimeWanted(nowMs: number): boolean;
  /** The CSMS told the time in its answer to a call of `askedAtMs`, by the monotonic clock. */
  noteTime(currentTime: string, askedAtMs: number): void;
}

/** What outlives the connection, and the connection itself. */
export interface PulseParts {
  readonly speaker: Pick<Speaker, "call">;
  isOpen(): boolean;
  /** The CSMS let calls go unanswered, on this connection or the last. */
  isSilent(): boolean;
  setSilent(silent: boolean): void;
  /** The CSMS's clock minus ours, as just measured. */
  setClockOffset(offsetMs: number): void;
}

/** How soon a silent CSMS is asked again whether it is there. */
const PROBE_MS = 10_000;
/** A CSMS that was asked for the time and did not tell it is asked again after so long. */
const ASK_TIME_AGAIN_MS = 60_000;

/** Creates the pulse of a connection that has just opened. */
export function createPulse(
  ports: Pick<CsmsPorts, "clock" | "log" | "events" | "variables" | "timekeeper">,
  parts: PulseParts,
): Pulse {
  const { clock, log, events } = ports;
  let spokeAtMs = clock.monoMs();
  let askTimeAgainAtMs = 0;

  /** A CSMS that is connected but silent counts as away for drivers (ruling 1). */
  function noteHeard(answered: boolean): void {
    spokeAtMs = clock.monoMs();
    // That a connection broke says nothing about who was at its end.
    if (parts.isOpen() || answered) note(!answered);
  }

  function note(silent: boolean): void {
    if (parts.isSilent() === silent) return;
    parts.setSilent(silent);
    log("info", "csms_silent", { silent });
    events.emit("csms", {});
  }

  function heard(outcome: Ended): boolean {
    const answered = isAnswer(outcome);
    noteHeard(answered);
    return answered;
  }

  function noteTime(currentTime: string, askedAtMs: number): void {
    const atMs = Date.parse(currentTime);
    if (Number.isNaN(atMs)) return;
    parts.setClockOffset(atMs - clock.wallMs());
    ports.timekeeper.told(atMs, clock.monoMs() - askedAtMs);
  }

  return {
    heard,
    noteHeard,
    note,
    noteTime,
    heartbeatDueInMs(nowMs) {
      const everyMs = heartbeatMs(ports.variables.integer("OCPPCommCtrlr.HeartbeatInterval"));
      // A silent one is asked more often: drivers would rather have its word than ours.
      const dueMs = parts.isSilent() ? Math.min(everyMs, PROBE_MS) : everyMs;
      return spokeAtMs + dueMs - nowMs;
    },
    async heartbeat() {
      const askedAtMs = clock.monoMs();
      askTimeAgainAtMs = askedAtMs + ASK_TIME_AGAIN_MS;
      const outcome = await parts.speaker.call({ action: "Heartbeat", message: {} });
      heard(outcome);
      if (outcome.kind === "answered") noteTime(outcome.message.currentTime, askedAtMs);
    },
    isTimeWanted: (nowMs) => ports.timekeeper.stretch() !== null && askTimeAgainAtMs <= nowMs,
  };
}

/** Refused is answered too: somebody is there. */
function isAnswer({ kind }: Ended): boolean {
  return kind !== "silent" && kind !== "gone";
}
