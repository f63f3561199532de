import { Buffer } from "node:buffer";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";

/** Whoever knows the password has so long to show the code. */
export const SECOND_STEP_MS = 5 * 60_000;
/** With a ticket so many codes may be tried; then it takes the password again. */
const TRIES_MAX = 5;
const TICKETS_MAX = 200;

/** People who have shown their password and not yet their code. */
export interface SecondSteps {
  /** A ticket for the page that asks for the code. */
  begin(userName: string, address: string): string;
  /** Whose it is; null for one that is used up, too old, or of another address. Each look is a try. */
  use(ticket: string, address: string): string | null;
  end(ticket: string): void;
}

interface Step {
  readonly userName: string;
  readonly address: string;
  readonly untilMs: number;
  tries: number;
}

/** Creates it with nobody waiting. */
export function createSecondSteps(clock: Clock, ids: Ids): SecondSteps {
  const steps = new Map<string, Step>();
  return {
    begin(userName, address) {
      const nowMs = clock.monoMs();
      for (const [ticket, { untilMs }] of steps) if (untilMs <= nowMs) steps.delete(ticket);
      const oldest = steps.keys().next().value;
      if (steps.size >= TICKETS_MAX && oldest !== undefined) steps.delete(oldest);
      const ticket = Buffer.from(ids.secret(32)).toString("base64url");
      steps.set(ticket, { userName, address, untilMs: nowMs + SECOND_STEP_MS, tries: 0 });
      return ticket;
    },
    use(ticket, address) {
      const step = steps.get(ticket);
      if (step === undefined || step.address !== address) return null;
      step.tries++;
      const isOver = step.tries > TRIES_MAX || step.untilMs <= clock.monoMs();
      if (isOver) steps.delete(ticket);
      return isOver ? null : step.userName;
    },
    end: (ticket) => void steps.delete(ticket),
  };
}
