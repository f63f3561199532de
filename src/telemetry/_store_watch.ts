import type { Events } from "../lib/events.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { SiteEvents, SiteFault } from "../site/mod.ts";

/** What people are told of a store that nobody waits for. */
export interface StoreWords {
  /** Begins the names of its log lines and faults. */
  readonly name: "history" | "telemetry";
  readonly failing: (error: string) => string;
  readonly works: string;
  readonly damaged: Pick<SiteFault, "severity"> & { readonly text: (aside: string) => string };
}

/** Says once when a store fails, and once when it works again. */
export interface StoreWatch {
  fails(error: unknown): void;
  works(): void;
  /** What could not be read is kept there; null: nothing of that. */
  begunAnew(aside: string | null): void;
}

/** Watches over a store. */
export function createStoreWatch(
  { log, events }: { readonly log: Log; readonly events: Events<SiteEvents> },
  { name, failing, works, damaged }: StoreWords,
): StoreWatch {
  const fault = { kind: `${name}-not-written`, severity: "warning", subject: "site" } as const;
  let isFailing = false;
  return {
    fails(error) {
      if (isFailing) return;
      isFailing = true;
      log("warning", `${name}_not_written`, { error: errorText(error) });
      events.emit("fault", { ...fault, text: failing(errorText(error)), state: "raised" });
    },
    works() {
      if (!isFailing) return;
      isFailing = false;
      log("info", `${name}_written_again`);
      events.emit("fault", { ...fault, text: works, state: "over" });
    },
    begunAnew(aside) {
      if (aside === null) return;
      log("warning", `${name}_begun_anew`, { aside });
      events.emit("fault", {
        kind: `${name}-damaged`,
        severity: damaged.severity,
        subject: "site",
        text: damaged.text(aside),
        state: "raised",
      });
    },
  };
}
