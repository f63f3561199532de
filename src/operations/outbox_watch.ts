import type { Events } from "../lib/events.ts";
import { isFull, type Load, type Outbox } from "../outbox/mod.ts";
import type { SiteEvents } from "../site/mod.ts";

/** Tells when the outbox has no more room, and when it has again. */
export interface OutboxWatch {
  look(): void;
}

/** Creates the watch; nothing has been told yet. */
export function createOutboxWatch(
  outbox: Pick<Outbox, "loads">,
  events: Pick<Events<SiteEvents>, "emit">,
): OutboxWatch {
  const raised = new Set<string>();
  let forRoom = 0;

  function tell(kind: string, isRaised: boolean, text: string): void {
    if (!isRaised && !raised.delete(kind)) return;
    if (isRaised) raised.add(kind);
    const state = isRaised ? "raised" : "over";
    events.emit("fault", { kind, severity: "alarm", subject: "site", text, state });
  }

  return {
    look() {
      const { sessions, readings, dropped, bounds } = outbox.loads();
      tell(
        "outbox-sessions-full",
        isFull(sessions, bounds.sessions),
        `New sessions are refused: ${amount(sessions)} of starts and ends wait for the CSMS`,
      );
      const wasDropped = dropped.forRoom > forRoom;
      forRoom = dropped.forRoom;
      tell(
        "outbox-readings-full",
        wasDropped || isFull(readings, bounds.readings),
        `${amount(readings)} of readings wait for the CSMS: ${dropped.forRoom} were dropped to ` +
          "make room, never a first, a last, a signed one or one of the clock",
      );
    },
  };
}

function amount({ rows, bytes }: Load): string {
  return `${rows} records (${Math.ceil(bytes / 1_048_576)} MiB)`;
}
