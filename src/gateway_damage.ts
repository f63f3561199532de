import { isoTime } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Log } from "./lib/log.ts";
import type { Spawner } from "./lib/spawn.ts";
import { drop, put } from "./lib/write.ts";
import {
  type DamagedRecord,
  deadLetterFault,
  type HeldCollection,
  type Journal,
  type LedgerSnapshot,
  type Outbox,
  type OutboxStore,
  RECORD_DAMAGED,
} from "./outbox/mod.ts";
import type { SiteEvents } from "./site/mod.ts";
import type { TransactionBook } from "./transactions/mod.ts";

/** Tells people of records that are damaged on disk, and sees to what hangs on them. */
export interface DamageDesk {
  /** Takes up what reading has found since the last look. */
  look(): void;
}

/** What the desk works with. */
export interface DamagePorts {
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly transactions: TransactionBook;
  readonly store: Pick<OutboxStore, "damaged">;
}

type DamagedSession = Extract<DamagedRecord, { readonly kind: "session" }>;

/** So many are named in a fault; the others are counted. */
const NAMED_MAX = 5;
/** Said of the records for the CSMS of a session that cannot be read. */
const SESSION_DAMAGED = "its session is damaged on disk";

/** Creates the desk. */
export function createDamageDesk(ports: DamagePorts): DamageDesk {
  const { log, events, outbox, transactions } = ports;
  const keys = new Map<string, string[]>();
  const sessions = new Map<number, string[]>();
  let seen = 0;

  function recordDamaged(collection: string, key: string): void {
    const known = keys.get(collection) ?? [];
    keys.set(collection, [...known, key]);
    log("error", "record_damaged", { collection });
  }

  function rowDamaged(id: number): void {
    const header = outbox.find(id);
    log("error", "record_damaged", { collection: "outbox", row: id });
    if (header !== undefined) events.emit("fault", deadLetterFault(header, RECORD_DAMAGED));
  }

  /** One that is in memory is written again; of any other only its columns are known. */
  function sessionDamaged(session: DamagedSession): void {
    const { id, number, slot } = session;
    const held = transactions.state().transactions.get(id);
    log("error", "record_damaged", { collection: "transactions", session: number });
    if (held !== undefined) {
      ports.spawn(
        "write a session again",
        () => ports.journal.commit([put("transactions", id, held)]),
      );
      return;
    }
    const rows = setRowsAside(id);
    sessions.set(slot, [...sessions.get(slot) ?? [], sessionText(session, rows)]);
  }

  function setRowsAside(transactionId: string): number {
    const rows = outbox.state().lanes.get(transactionId)?.rows ?? [];
    for (const row of rows) if (!row.dead) outbox.setAside(row, SESSION_DAMAGED);
    return rows.length;
  }

  function tell(): void {
    for (const [collection, own] of keys) {
      const { what, advice } = wordsOf(collection);
      const names = listed(own.map((key) => keyText(collection, key)));
      raise(
        what,
        `${own.length} of the ${what} damaged on disk and set aside: ${names}. ${advice}`,
      );
    }
    for (const [slot, own] of sessions) raise(`slot ${slot}`, `${listed(own)}. ${SESSION_ADVICE}`);
  }

  function raise(subject: string, text: string): void {
    const fault = { kind: "record-damaged", severity: "alarm", subject, text } as const;
    events.emit("fault", { ...fault, state: "raised" });
  }

  return {
    look() {
      const found = ports.store.damaged().slice(seen);
      if (found.length === 0) return;
      seen += found.length;
      for (const each of found) {
        if (each.kind === "record") recordDamaged(each.collection, each.key);
        else if (each.kind === "row") rowDamaged(each.id);
        else sessionDamaged(each);
      }
      tell();
    },
  };
}

/**
 * A local list with a hole in it has no version, so that the CSMS sends it anew. Returns what the
 * gateway starts with.
 */
export async function forgetHoledList(
  snapshot: LedgerSnapshot,
  damaged: readonly DamagedRecord[],
  journal: Journal,
): Promise<LedgerSnapshot> {
  const isHoled = damaged.some((each) =>
    each.kind === "record" && each.collection === "local-list"
  );
  if (!isHoled) return snapshot;
  await journal.commit([drop("local-list-version", "csms")]);
  return { ...snapshot, "local-list-version": new Map() };
}

const SESSION_ADVICE =
  "It is neither shown nor billed, and its number is given to no other. Look it up at the charger or " +
  "in a backup; what waits of it for the CSMS is under the dead letters";

function sessionText(
  { number, chargerId, startedMs }: DamagedSession,
  rows: number,
): string {
  const begun = Math.abs(startedMs) <= 8.64e15 ? isoTime(startedMs) : "at an unknown time";
  const waiting = rows === 0 ? "" : ` (${rows} records for the CSMS set aside)`;
  return `Session ${number} of charger ${chargerId}, begun ${begun}, is damaged on disk${waiting}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED_MAX;
  return names.slice(0, NAMED_MAX).join("; ") + (more > 0 ? `; and ${more} more` : "");
}

/** Where keys are tokens or say nothing to a person. */
const SECRETIVE: readonly string[] = [
  "authorization-cache",
  "local-list",
  "orphan-stops",
  "token-aliases",
];

function keyText(collection: string, key: string): string {
  if (!SECRETIVE.includes(collection)) return `"${key}"`;
  return key.length > 6 ? `one that ends in ${key.slice(-4)}` : "one";
}

interface Words {
  readonly what: string;
  /** What a person can do, or what happens by itself. */
  readonly advice: string;
}

const WORDS: Readonly<Record<HeldCollection, Words>> = {
  "configuration-corrections": {
    what: "notes of settings that were corrected",
    advice: "Settings that do not stay are tried three times more",
  },
  "alert-books": {
    what: "books of alerts",
    advice: "Whoever is told of faults is told again of those that stand",
  },
  "answered-commands": {
    what: "answers to commands of tools",
    advice: "Tools that repeat a start from before may start it again",
  },
  "api-tokens": { what: "tokens of scripts", advice: "Make new ones for the scripts" },
  "authorization-cache": {
    what: "remembered tokens",
    advice: "The CSMS is asked about them again",
  },
  "availability": {
    what: "orders of availability",
    advice: "Set these EVSEs in or out of order again",
  },
  "charger-lists": { what: "lists on chargers", advice: "The chargers are given theirs again" },
  "charger-tactics": {
    what: "notes of how chargers take limits",
    advice: "That is found out again",
  },
  "chargers": {
    what: "chargers",
    advice: "Restart these chargers; let those in again that site.yaml does not name",
  },
  "charging-profiles": {
    what: "profiles of the CSMS",
    advice: "The limits of the CSMS are gone: have it send its profiles again",
  },
  "circuit-limits": {
    what: "limits on circuits",
    advice: "Set those again that still hold; what was dimmed is no longer on record",
  },
  "doubted-meters": {
    what: "meters that seem wrong",
    advice: "Look at the current transformers of all meters: one may be believed that shows less " +
      "than cars draw, until that is seen anew",
  },
  "rotation-tests": {
    what: "tests of phase rotation",
    advice: "Test them again; what they led to in site.yaml stands",
  },
  "fault-episodes": {
    what: "faults of before",
    advice: "Those that still stand are found anew; nobody has acknowledged them then",
  },
  "signals": {
    what: "what signals of the grid said",
    advice: "They are asked again; what holds now is on the page Load",
  },
  "circuit-sources": {
    what: "notes of what feeds circuits",
    advice: "They count as fed by the grid: say again where a generator runs",
  },
  "clock": { what: "notes of the clock", advice: "Check the time of this machine" },
  "clock-shifts": {
    what: "corrections of the clock",
    advice: "Sessions that began while the time was unknown may go up with a wrong time",
  },
  "connectors": { what: "states of connectors", advice: "The chargers tell them again" },
  "boot-reason": { what: "why the gateway started", advice: "It counts as PowerUp" },
  "csms-access": {
    what: "how the CSMS wants to be reached",
    advice:
      "It is reached as site.yaml says: where it refuses the password, enter the new one there",
  },
  "csms-link": { what: "notes of the link", advice: "The CSMS tells its version again" },
  "csms-roots": {
    what: "roots that the CSMS has installed",
    advice: "Have the CSMS install them again; those of site.yaml still count",
  },
  "charging-wishes": {
    what: "wishes of drivers",
    advice: "Enter departures and energies of running sessions again",
  },
  "default-tariffs": {
    what: "tariffs of the CSMS",
    advice: "Have the CSMS send them again; until then the tariff of site.yaml applies",
  },
  "driver-tariffs": {
    what: "tariffs of single drivers",
    advice: "The CSMS sends a driver's own again when it is asked about the card",
  },
  "energy-counters": {
    what: "counters of meters",
    advice: "Energies are counted anew from what the meters show",
  },
  "firmware-campaigns": {
    what: "campaigns of firmware",
    advice: "See on the chargers' page who runs what, and begin a campaign for the rest",
  },
  "firmware-images": {
    what: "kept firmware",
    advice: "Upload it again; what the CSMS orders is fetched again",
  },
  "firmware-orders": {
    what: "orders of firmware",
    advice: "See on each charger's page what it runs, and order what is missing again",
  },
  "firmware-publications": {
    what: "published firmware",
    advice: "Have the CSMS publish it again",
  },
  "followed-orders": {
    what: "orders to chargers",
    advice:
      "The CSMS does not hear how these firmware updates, logs or reports went: order them again",
  },
  "issued-certificates": {
    what: "a certificate of a charger",
    advice: "If it was revoked, revoke the charger's certificates again.",
  },
  "local-list": {
    what: "tokens of the local list",
    advice:
      "The list has no version any more, so that the CSMS sends it again; put those back that " +
      "an operator had listed",
  },
  "local-list-version": {
    what: "versions of the local list",
    advice: "The CSMS sends its list again",
  },
  "log-orders": {
    what: "orders of logs",
    advice: "The CSMS does not hear how these logs went: order them again",
  },
  "notices": { what: "security events", advice: "The CSMS never hears of them: see the log" },
  "open-contactors": {
    what: "contactors that are open",
    advice: "Look at each contactor of the site: one that is open has to be closed by hand",
  },
  "operator-limits": { what: "limits of operators", advice: "Set them again" },
  "orphan-stops": {
    what: "ends of unknown sessions",
    advice: "Compare the sessions with the charger's own log",
  },
  "priority-orders": { what: "orders of who goes first", advice: "Give them again" },
  "quirk-counts": {
    what: "counts of what chargers do their own way",
    advice: "They are counted anew",
  },
  "report-runs": {
    what: "which reports were sent by themselves",
    advice: "Those that are over by now are not sent any more; make them by hand",
  },
  "remote-starts": { what: "orders to start", advice: "Order these starts again" },
  "reservations": { what: "reservations", advice: "Reserve again" },
  "secrets": {
    what: "keys of the gateway",
    advice: "It has made new ones: what they had hidden is learnt again",
  },
  "sent-limits": { what: "limits that were sent", advice: "They are sent again" },
  "slots": {
    what: "numbers of EVSEs",
    advice: "Check that every EVSE has the number that the CSMS knows it by; a backup has them",
  },
  "tariffs": {
    what: "tariffs",
    advice: "Sessions under them may show no cost: have them sent again",
  },
  "token-aliases": {
    what: "short names of tokens",
    advice: "The CSMS may hear of these drivers under new names",
  },
  "unclaimed-starts": {
    what: "starts without a driver",
    advice: "Sessions that had begun before anybody showed a card begin when one is shown",
  },
  "users": { what: "users", advice: "Create them again" },
  "variables": { what: "settings", advice: "They have their defaults: set them again" },
};

function wordsOf(collection: string): Words {
  const known: Readonly<Record<string, Words>> = WORDS;
  return known[collection] ??
    { what: `records "${collection}"`, advice: "A backup of the ledger may have them" };
}
