import type { Log } from "../lib/log.ts";
import type { CommandOutcome } from "../site/mod.ts";
import type { Faults } from "./faults.ts";

/** What people say about faults. */
export interface FaultCommands {
  /** Somebody has seen it and looks after it. What has only happened is over with that. */
  acknowledgeFault(id: number, by: string): Promise<CommandOutcome>;
  /** Somebody says that it is over. It comes back, as a new one, where it is not. */
  closeFault(id: number, by: string): Promise<CommandOutcome>;
}

/** Creates the commands. */
export function createFaultCommands(
  { faults, log }: { readonly faults: Pick<Faults, "acknowledge" | "close">; readonly log: Log },
): FaultCommands {
  function outcome(
    fault: ReturnType<Faults["close"]>,
    said: string,
    by: string,
    detail: string,
  ): Promise<CommandOutcome> {
    if (fault === null) {
      return Promise.resolve({
        kind: "refused",
        reason: "This fault does not stand any more",
        advice: "Reload the page",
      });
    }
    const { id, kind, subject } = fault;
    log("info", said, { fault: id, kind, subject, by });
    return Promise.resolve({ kind: "accepted", detail: `${subject}: ${kind} ${detail}` });
  }

  return {
    acknowledgeFault: (id, by) =>
      outcome(faults.acknowledge(id, by), "operator_acknowledge_fault", by, "is acknowledged"),
    closeFault: (id, by) =>
      outcome(faults.close(id, by), "operator_close_fault", by, "is called over"),
  };
}
