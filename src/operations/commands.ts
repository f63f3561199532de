import type { Chargers, RebindOutcome } from "../chargers/mod.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { InsideRequest, SpokenOutcome } from "../ocpp/mod.ts";
import type { Journal } from "../outbox/mod.ts";
import type { OperatorLimits } from "../signals/mod.ts";
import { type CommandOutcome, isPlugged, type SiteBook, type SlotRecord } from "../site/mod.ts";
import { openOn, type TransactionBook } from "../transactions/mod.ts";

/** What the commands work with. */
export interface CommandPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: SiteBook;
  readonly transactions: TransactionBook;
  readonly chargers: Chargers;
  readonly journal: Journal;
  readonly limits: OperatorLimits;
  readonly emitEvse: (slot: number) => void;
}

/** What an operator may have done to chargers. Each outcome says what a person can do next. */
export interface ChargerCommands {
  start(slot: number, idToken: string, by: string): Promise<CommandOutcome>;
  stop(slot: number, by: string): Promise<CommandOutcome>;
  unlock(slot: number, by: string): Promise<CommandOutcome>;
  availability(slot: number, operational: boolean, by: string): Promise<CommandOutcome>;
  limit(slot: number, amps: number, minutes: number, by: string): Promise<CommandOutcome>;
  reset(chargerId: string, type: "soft" | "hard", by: string): Promise<CommandOutcome>;
  trigger(
    chargerId: string,
    message: string,
    slot: number | null,
    by: string,
  ): Promise<CommandOutcome>;
  /** `slots` by EVSE; empty to take the charger as it is now. */
  rebind(
    chargerId: string,
    slots: Readonly<Record<string, number>>,
    by: string,
  ): Promise<CommandOutcome>;
}

/** How long a driver has to plug in after an operator started an EVSE for him. */
const START_LASTS_MS = 180_000;

/** Creates the commands. */
export function createChargerCommands(ports: CommandPorts): ChargerCommands {
  const { site, transactions, chargers, journal, clock, log } = ports;

  function at(slot: number): SlotRecord | null {
    const record = site.slots().get(slot);
    return record === undefined || record.removed ? null : record;
  }

  async function start(slot: number, idToken: string, by: string): Promise<CommandOutcome> {
    const record = at(slot);
    if (record === null) return noSlot(slot);
    if (openOn(transactions.state(), slot) !== undefined) {
      return refused("A session is running here already", "Stop it first");
    }
    const outcome = await chargers.orderStart({
      slot,
      idToken: { idToken, type: "Central" },
      groupIdToken: null,
      origin: "operator",
      remoteStartId: null,
      lastsMs: START_LASTS_MS,
    });
    log("info", "operator_start", { slot, by, outcome: outcome.kind });
    if (outcome.kind === "master-pass") {
      return refused(
        "This is a master pass: it stops sessions and starts none",
        "Use another token",
      );
    }
    if (outcome.kind === "held") {
      return refused("This charger came back with another shape", "Bind it on its page first");
    }
    const when = isPlugged(site.connector(slot)) ? "" : " as soon as a vehicle is plugged in";
    return outcomeOf(outcome, `The charger will start${when}`, {
      Rejected: "Is a vehicle plugged in, and the connector in service?",
    });
  }

  async function stop(slot: number, by: string): Promise<CommandOutcome> {
    const open = openOn(transactions.state(), slot);
    if (open === undefined) return refused("No session is running here", "Nothing to stop");
    const message = { transactionId: String(open.number) };
    const outcome = await chargers.call(
      open.chargerId,
      { action: "RequestStopTransaction", message },
      true,
    );
    log("info", "operator_stop", { slot, by, outcome: outcome.kind });
    return outcomeOf(outcome, "The charger will stop the session", {
      Rejected: "Restart the charger if it does not stop",
    });
  }

  async function unlock(slot: number, by: string): Promise<CommandOutcome> {
    const record = at(slot);
    if (record === null) return noSlot(slot);
    const outcome = await chargers.call(record.chargerId, {
      action: "UnlockConnector",
      message: { evseId: record.evseId, connectorId: 1 },
    });
    log("info", "operator_unlock", { slot, by, outcome: outcome.kind });
    return outcomeOf(outcome, "The connector is unlocked", {
      UnlockFailed: "Push the plug in firmly and try again",
      UnknownConnector: "This charger has a fixed cable, or cannot unlock from afar",
      OngoingAuthorizedTransaction: "Stop the session first",
    });
  }

  async function availability(
    slot: number,
    operational: boolean,
    by: string,
  ): Promise<CommandOutcome> {
    const record = at(slot);
    if (record === null) return noSlot(slot);
    const orderedAtMs = clock.wallMs();
    const order = { slot, operative: operational, orderedBy: "operator", orderedAtMs } as const;
    await journal.commit(site.orderAvailability(order));
    ports.emitEvse(slot);
    const message: InsideRequest<"ChangeAvailability"> = {
      evse: { id: record.evseId },
      operationalStatus: operational ? "Operative" : "Inoperative",
    };
    const outcome = await chargers.call(record.chargerId, {
      action: "ChangeAvailability",
      message,
    });
    log("info", "operator_availability", { slot, operational, by, outcome: outcome.kind });
    if (outcome.kind === "gone") {
      return { kind: "accepted", detail: "Noted; the charger is told when it is back" };
    }
    const scheduled = outcome.kind === "answered" && outcome.message.status === "Scheduled";
    return outcomeOf(
      outcome,
      scheduled ? "It takes effect when the session ends" : "Done",
      { Rejected: "The gateway itself refuses new sessions here from now on" },
    );
  }

  async function limit(
    slot: number,
    amps: number,
    minutes: number,
    by: string,
  ): Promise<CommandOutcome> {
    if (at(slot) === null) return noSlot(slot);
    const untilMs = clock.wallMs() + minutes * 60_000;
    const writes = ports.limits.set(slot, minutes > 0 ? { slot, amps, untilMs, by } : null);
    await journal.commit(writes);
    log("info", "operator_limit", { slot, amps, minutes, by });
    const detail = minutes > 0 ? `At most ${amps} A for ${minutes} min` : "The cap is lifted";
    return { kind: "accepted", detail };
  }

  async function reset(
    chargerId: string,
    type: "soft" | "hard",
    by: string,
  ): Promise<CommandOutcome> {
    const message = { type: type === "soft" ? "OnIdle" : "Immediate" } as const;
    const outcome = await chargers.call(chargerId, { action: "Reset", message });
    log("info", "operator_reset", { charger: chargerId, type, by, outcome: outcome.kind });
    return outcomeOf(outcome, "The charger restarts", {
      Rejected: "Try a hard reset, or switch its breaker off and on",
    });
  }

  async function trigger(
    chargerId: string,
    requested: string,
    slot: number | null,
    by: string,
  ): Promise<CommandOutcome> {
    const requestedMessage = TRIGGERS.find((each) => each === requested);
    if (requestedMessage === undefined) {
      return refused(`"${requested}" cannot be triggered`, `Try one of ${TRIGGERS.join(", ")}`);
    }
    const record = slot === null ? null : at(slot);
    if (slot !== null && record?.chargerId !== chargerId) return noSlot(slot);
    const message: InsideRequest<"TriggerMessage"> = record === null
      ? { requestedMessage }
      : { requestedMessage, evse: { id: record.evseId } };
    const outcome = await chargers.call(chargerId, { action: "TriggerMessage", message });
    log("info", "operator_trigger", { charger: chargerId, requested, by });
    return outcomeOf(outcome, "The charger sends it", {
      Rejected: "The charger will not send it now",
      NotImplemented: "This charger cannot be asked for it",
    });
  }

  async function rebind(
    chargerId: string,
    slots: Readonly<Record<string, number>>,
    by: string,
  ): Promise<CommandOutcome> {
    const wanted = new Map(Object.entries(slots).map(([evseId, slot]) => [Number(evseId), slot]));
    const outcome = await chargers.rebind(chargerId, wanted);
    log("info", "operator_rebind", { charger: chargerId, slots, by, outcome: outcome.kind });
    return rebindOutcome(outcome);
  }

  return { start, stop, unlock, availability, limit, reset, trigger, rebind };
}

const TRIGGERS = [
  "BootNotification",
  "FirmwareStatusNotification",
  "Heartbeat",
  "LogStatusNotification",
  "MeterValues",
  "StatusNotification",
] as const;

const ACCEPTING = new Set(["Accepted", "Scheduled", "Unlocked"]);

function outcomeOf(
  outcome: SpokenOutcome<
    | "RequestStartTransaction"
    | "RequestStopTransaction"
    | "UnlockConnector"
    | "ChangeAvailability"
    | "Reset"
    | "TriggerMessage"
  >,
  detail: string,
  advice: Readonly<Record<string, string>>,
): CommandOutcome {
  switch (outcome.kind) {
    case "answered": {
      const { status } = outcome.message;
      if (ACCEPTING.has(status)) return { kind: "accepted", detail };
      return refused(`The charger answered ${status}`, advice[status] ?? "");
    }
    case "refused": {
      const { code, description } = outcome.error;
      return refused(`The charger answered ${code} ${description}`.trim(), "");
    }
    case "silent":
      return failed("The charger did not answer", "Check its network connection");
    case "gone":
      return failed("The charger is not connected", "Check its power and network");
    case "unsayable":
      return failed("This charger's protocol has no such command", "");
  }
}

function rebindOutcome(outcome: RebindOutcome): CommandOutcome {
  switch (outcome.kind) {
    case "bound": {
      const bound = [...outcome.slots].toSorted(([a], [b]) => a - b)
        .map(([evseId, slot]) => `connector ${evseId} is slot ${slot}`);
      const removed = outcome.removed.map((slot) => `slot ${slot} is out of use`);
      return { kind: "accepted", detail: [...bound, ...removed].join(", ") };
    }
    case "not-held":
      return refused("This charger is not held", "Name the slots to bind it anew all the same");
    case "never-seen":
      return refused("Nobody knows yet what this charger has", "It must have connected first");
    case "errors": {
      const { errors } = outcome;
      const reason = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
      return { kind: "refused", reason, advice: "Nothing has changed", errors };
    }
  }
}

function refused(reason: string, advice: string): CommandOutcome {
  return { kind: "refused", reason, advice };
}

function failed(reason: string, advice: string): CommandOutcome {
  return { kind: "failed", reason, advice };
}

function noSlot(slot: number): CommandOutcome {
  return refused(`There is no connector ${slot}`, "Look at the list of chargers");
}
