import { type Clock, sleep } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import { drop, put, type WriteOf } from "../lib/write.ts";
import type { CommandOutcome, Contactor, OpenContactor, SiteEvents } from "../site/mod.ts";

/** What the desk keeps on disk. */
export interface CutCollections {
  readonly "open-contactors": OpenContactor;
}

export type CutWrite = WriteOf<CutCollections>;

/** What became of the contactor in front of a slot. */
export interface CutNews {
  readonly slot: number;
  readonly outcome: "open" | "closed" | "failed";
}

export interface CutPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly write: (writes: readonly CutWrite[]) => Promise<void>;
}

/** The contactors in our hands: what they were told, and that nobody forgets one that is open. */
export interface CutDesk {
  /** A contactor that we command is in front of the slot. */
  isWired(slot: number): boolean;
  /** Whoever is told of every change; at once of those that are open from before. */
  listen(listener: (news: CutNews) => void): void;
  /** Opens or closes what is in front of a slot. */
  set(slot: number, isOpen: boolean): void;
  /** One contactor of ours feeds all of these slots and no other. */
  canPowerCycle(slots: readonly number[]): boolean;
  /**
   * Opens what feeds these slots and no other, and closes it after that time; a gateway that ends meanwhile
   * closes it when it starts. One that is open for the fuse's sake is left alone.
   */
  powerCycle(slots: readonly number[], offMs: number): Promise<CommandOutcome>;
  /** An operator has looked, and gives the current back. */
  reconnect(slot: number, by: string): Promise<CommandOutcome>;
  stop(): Promise<void>;
}

/** Opens the desk. One that feeds fewer slots is used before one that feeds more. */
export function createCutDesk(
  contactors: readonly Contactor[],
  stored: Iterable<OpenContactor>,
  ports: CutPorts,
): CutDesk {
  const { clock, log, spawn, events } = ports;
  const byReach = contactors.toSorted((a, b) => a.slots.length - b.slots.length);
  const open = new Map([...stored].map((each) => [each.id, each]));
  let tell: (news: CutNews) => void = () => {};
  const stopping = new AbortController();
  /** Those that go on now. */
  const cycles = new Set<Promise<unknown>>();

  const inFrontOf = (slot: number) => byReach.find(({ slots }) => slots.includes(slot));

  /** One that is open already says so for its own slot; closing means the one that is open. */
  function meant(slot: number, isOpen: boolean): Contactor | undefined {
    const mine = byReach.filter(({ slots }) => slots.includes(slot));
    return isOpen ? inFrontOf(slot) : mine.find(({ id }) => open.has(id)) ?? mine[0];
  }

  /** The one that feeds these and no other. */
  const feeding = (slots: readonly number[]) =>
    slots.length === 0
      ? undefined
      : byReach.find((each) =>
        each.slots.length === slots.length && slots.every((slot) => each.slots.includes(slot))
      );

  /** Without a word to whoever decides about the fuse: it has not asked for it. */
  async function switchPower(contactor: Contactor, isOpen: boolean): Promise<string | null> {
    const { id, slots } = contactor;
    const [slot = 0] = slots;
    // On disk first: a gateway that ends while it is open closes it when it starts.
    if (isOpen) {
      open.set(id, { id, slot, openedAtMs: clock.wallMs(), isPowerCycle: true });
      await ports.write(writesOf(id));
    }
    const outcome = await contactor.set(isOpen);
    const said = outcome.ok ? null : outcome.error;
    log("warning", "contactor_power_cycle", { contactor: id, slots, isOpen, said: said ?? "done" });
    if (!isOpen && said === null && open.get(id)?.isPowerCycle) {
      open.delete(id);
      await ports.write(writesOf(id));
    }
    if (said === null || !isOpen) failure(contactor, isOpen, said);
    for (const each of slots) events.emit("evse", { slot: each });
    return said;
  }

  async function powerCycle(contactor: Contactor, offMs: number): Promise<CommandOutcome> {
    const { id } = contactor;
    if (open.has(id)) {
      return refused(`Contactor "${id}" is open already`, "Look at the charger, then reconnect it");
    }
    const opening = await switchPower(contactor, true);
    if (opening === null) await sleep(clock, offMs, stopping.signal);
    // It may have been opened for the fuse's sake meanwhile: then it stays open.
    if (!open.get(id)?.isPowerCycle) {
      return refused(`Contactor "${id}" was opened for another reason`, "Look at the charger");
    }
    // One that did not open is told to be closed all the same: nobody knows how it stands.
    const closing = await switchPower(contactor, false);
    const trouble = opening ?? closing;
    return trouble === null
      ? { kind: "accepted", detail: `Contactor "${id}" was open for ${offMs / 1_000} s` }
      : { kind: "failed", reason: `Contactor "${id}": ${trouble}`, advice: "Look at it on site" };
  }

  async function order(
    contactor: Contactor,
    isOpen: boolean,
    slot: number,
  ): Promise<string | null> {
    const { id, slots } = contactor;
    const outcome = await contactor.set(isOpen);
    const said = outcome.ok ? null : outcome.error;
    log("warning", "contactor_told", { contactor: id, slots, isOpen, said: said ?? "done" });
    fault(contactor, isOpen, said);
    if (said === null) {
      const openedAtMs = open.get(id)?.openedAtMs ?? clock.wallMs();
      // Without a mark of a power cycle: from now on it stays open.
      if (isOpen) open.set(id, { id, slot, openedAtMs });
      else open.delete(id);
      spawn("note contactor", () => ports.write(writesOf(id)));
    }
    const what = said !== null ? "failed" : isOpen ? "open" : "closed";
    for (const each of slots) {
      tell({ slot: each, outcome: what });
      events.emit("evse", { slot: each });
    }
    return said;
  }

  function writesOf(id: string): readonly CutWrite[] {
    const record = open.get(id);
    return [
      record === undefined ? drop("open-contactors", id) : put("open-contactors", id, record),
    ];
  }

  function failure({ id, slots }: Contactor, isOpen: boolean, said: string | null): void {
    const where = `slot ${slots.join(", ")}`;
    events.emit("fault", {
      kind: "contactor-failed",
      severity: "alarm",
      subject: id,
      text: said === null
        ? `Contactor "${id}" does as it is told again`
        : `Contactor "${id}" of ${where} did not ${isOpen ? "open" : "close"}: ${said}`,
      state: said === null ? "over" : "raised",
    });
  }

  function fault(contactor: Contactor, isOpen: boolean, said: string | null): void {
    failure(contactor, isOpen, said);
    if (said !== null) return;
    const { id, slots } = contactor;
    const where = `slot ${slots.join(", ")}`;
    events.emit("fault", {
      kind: "cut-off",
      severity: "alarm",
      subject: id,
      text:
        `Contactor "${id}" is open: ${where} has no current, for a charger there drew more than ` +
        "its circuit can bear. Look at the charger, then reconnect it",
      state: isOpen ? "raised" : "over",
    });
  }

  return {
    isWired: (slot) => inFrontOf(slot) !== undefined,
    listen(listener) {
      tell = listener;
      for (const contactor of byReach) {
        const before = open.get(contactor.id);
        if (before === undefined) continue;
        if (before.isPowerCycle) {
          spawn("contactor", async () => void await switchPower(contactor, false));
          continue;
        }
        fault(contactor, true, null);
        for (const slot of contactor.slots) tell({ slot, outcome: "open" });
        // A relay may have fallen back while the gateway was off; saying it again does no harm.
        const { slot } = before;
        spawn("contactor", async () => void await order(contactor, true, slot));
      }
    },
    set(slot, isOpen) {
      const contactor = meant(slot, isOpen);
      if (contactor === undefined) return;
      // Others behind it may have a session still, or be the reason themselves.
      if (!isOpen && open.get(contactor.id)?.slot !== slot) return;
      spawn("contactor", async () => void await order(contactor, isOpen, slot));
    },
    canPowerCycle: (slots) => feeding(slots) !== undefined,
    async powerCycle(slots, offMs) {
      const contactor = feeding(slots);
      if (contactor === undefined) {
        return refused("No contactor feeds this charger alone", "See cuts in site.yaml");
      }
      const cycle = powerCycle(contactor, offMs);
      cycles.add(cycle);
      return await cycle.finally(() => cycles.delete(cycle));
    },
    async reconnect(slot, by) {
      const contactor = meant(slot, false);
      if (contactor === undefined || !open.has(contactor.id)) {
        return refused(`Nothing is cut off at slot ${slot}`, "Reload the page");
      }
      log("info", "operator_reconnect", { slot, contactor: contactor.id, by });
      const said = await order(contactor, false, slot);
      if (said !== null) {
        return refused(`The contactor did not close: ${said}`, "Look at it on site");
      }
      return { kind: "accepted", detail: `Contactor "${contactor.id}" is closed again` };
    },
    async stop() {
      tell = () => {};
      stopping.abort();
      await Promise.all(cycles);
      await Promise.all(contactors.map((each) => each.stop()));
    },
  };
}

function refused(reason: string, advice: string): CommandOutcome {
  return { kind: "refused", reason, advice };
}
