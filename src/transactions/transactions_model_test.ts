import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  ACCEPTED,
  at,
  atMs,
  meterCase,
  registerAt,
  startCase,
  stopCase,
} from "../../test/contract/sessions.ts";
import type { StartAnswer } from "../ocpp/mod.ts";
import { createTransactionBook, type TransactionBook } from "./book.ts";
import { meterTransaction } from "./metering.ts";
import { ORPHAN_STOPS_PER_CHARGER, orphanKey, type OrphanStop } from "./orphan_stop.ts";
import { type StartCase, startTransaction } from "./start.ts";
import type { TransactionStep } from "./step.ts";
import { type StopCase, type StopStep, stopTransaction } from "./stop.ts";
import type { Transaction } from "./transaction.ts";
import { retire } from "./transaction_state.ts";

/** Three chargers with two sockets each: slot 1 to 6. */
const CHARGERS = ["CP1", "CP2", "CP3"] as const;
const TOKENS = ["ASHA-01", "BEN-02", ""] as const;

interface Where {
  readonly charger: number;
  readonly evseId: number;
}

/** What a charger may do. Numbers choose among what is possible at that moment. */
type Move =
  | { readonly kind: "start"; readonly where: Where; readonly token: number }
  | { readonly kind: "repeat-start"; readonly which: number }
  | { readonly kind: "meter"; readonly where: Where; readonly number: NumberChoice }
  | { readonly kind: "stop"; readonly where: Where; readonly number: NumberChoice }
  | { readonly kind: "repeat-stop"; readonly which: number }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "retire" }
  | { readonly kind: "restart" };

/** The right number, one that a broken firmware sends, or that of any transaction there ever was. */
type NumberChoice = "right" | "wrong" | { readonly stolen: number };

const wheres: fc.Arbitrary<Where> = fc.record({
  charger: fc.nat({ max: CHARGERS.length - 1 }),
  evseId: fc.integer({ min: 1, max: 2 }),
});
const numbers: fc.Arbitrary<NumberChoice> = fc.oneof(
  { weight: 4, arbitrary: fc.constant("right" as const) },
  { weight: 2, arbitrary: fc.constant("wrong" as const) },
  { weight: 2, arbitrary: fc.record({ stolen: fc.nat({ max: 20 }) }) },
);
const moves: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("start" as const),
      where: wheres,
      token: fc.nat({ max: TOKENS.length - 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("repeat-start" as const),
      which: fc.nat({ max: 5 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("meter" as const), where: wheres, number: numbers }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("stop" as const), where: wheres, number: numbers }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("repeat-stop" as const), which: fc.nat({ max: 5 }) }),
  },
  fc.record({
    kind: fc.constant("wait" as const),
    seconds: fc.integer({ min: -7200, max: 7200 }),
  }),
  fc.constant({ kind: "retire" } as const),
  fc.constant({ kind: "restart" } as const),
);

/** The disk: what the steps said was to be written, and nothing else but the highest number. */
function createDisk() {
  const transactions = new Map<string, Transaction>();
  const orphans = new Map<string, OrphanStop>();
  let lastTransactionNumber = 0;
  return {
    write(step: TransactionStep) {
      const { kept = null, dropped = null } = step.orphan ?? {};
      if (kept !== null) orphans.set(orphanKey(kept.chargerId, kept.stop.message), kept);
      if (dropped !== null) orphans.delete(dropped);
      for (const each of step.changed) {
        transactions.set(each.id, each);
        lastTransactionNumber = Math.max(lastTransactionNumber, each.number);
      }
    },
    /** What has retired is history: a restart does not load it. */
    forgetEnded() {
      for (const [id, { stop }] of transactions) if (stop !== null) transactions.delete(id);
    },
    open: () =>
      createTransactionBook({
        transactions: [...transactions.values()].toSorted((a, b) => a.number - b.number),
        remoteStarts: [],
        lastTransactionNumber,
        orphanStops: [...orphans.values()],
      }),
  };
}

/** Sees every event that goes out, and knows in which order they may come. */
function createReferee() {
  const events = new Map<string, string[]>();
  const owners = new Map<string, string>();
  const numbers = new Map<number, string>();

  return {
    see(step: TransactionStep, chargerId: string) {
      for (const each of step.changed) {
        const owner = owners.get(each.id) ?? each.chargerId;
        assertEquals(owner, chargerId, `${chargerId} changed a transaction of ${owner}`);
        owners.set(each.id, owner);
        const sameNumber = numbers.get(each.number) ?? each.id;
        assertEquals(sameNumber, each.id, `number ${each.number} was given twice`);
        numbers.set(each.number, each.id);
      }
      for (const { transactionId, event } of step.facts) {
        const seen = events.get(transactionId) ?? [];
        assertEquals(event.seqNo, seen.length, `seqNo of ${transactionId}`);
        assertEquals(event.eventType === "Started", seen.length === 0, "Started is first");
        assert(!seen.includes("Ended"), `${transactionId} goes on after its end`);
        events.set(transactionId, [...seen, event.eventType]);
      }
    },
    /** No event was lost: each transaction tells as many as it counts. */
    everythingTold(book: TransactionBook) {
      for (const { id, nextSeqNo, stop } of book.state().transactions.values()) {
        assertEquals(events.get(id)?.length, nextSeqNo, `events of ${id}`);
        assertEquals(events.get(id)?.includes("Ended"), stop !== null, `end of ${id}`);
      }
    },
  };
}

/** A site under test: a book, its disk, and memory of all that was ever said. */
function createSite() {
  const disk = createDisk();
  const referee = createReferee();
  const started: { readonly start: StartCase; readonly answer: StartAnswer }[] = [];
  const stopped: { readonly stop: StopCase; readonly step: StopStep }[] = [];
  let book = disk.open();
  let second = 0;
  let count = 0;

  function see(step: TransactionStep, chargerId: string): void {
    referee.see(step, chargerId);
    disk.write(step);
    const orphans = [...book.state().orphanStops.values()];
    const own = orphans.filter((each) => each.chargerId === chargerId);
    assert(own.length <= ORPHAN_STOPS_PER_CHARGER, "orphaned Stops grow past their bound");
  }

  function openAt({ charger, evseId }: Where): Transaction | undefined {
    return [...book.state().transactions.values()].find((each) =>
      each.stop === null && each.chargerId === CHARGERS[charger] && each.evseId === evseId
    );
  }

  function numberOf(choice: NumberChoice, where: Where): number {
    if (choice === "wrong") return -1;
    if (choice === "right") return openAt(where)?.number ?? -1;
    return started[choice.stolen]?.answer.transactionNumber ?? 4711;
  }

  function start(where: Where, token: number): void {
    const begin = startCase({
      evseId: where.evseId,
      idToken: { idToken: TOKENS[token] ?? "", type: "ISO14443" },
      timestamp: at(second),
      meterStartWh: 1000 * count,
    }, {
      chargerId: CHARGERS[where.charger] ?? "",
      slot: where.charger * 2 + where.evseId,
      newId: `tx-${count++}`,
      nowWallMs: atMs(second),
    });
    const step = book.apply(startTransaction(book.state(), begin));
    see(step, begin.chargerId);
    assert(!step.isRepeat);
    started.push({ start: begin, answer: step.answer });
  }

  /** Only what is still open is recognised: after its Stop the same Start is a new one (ruling 4). */
  function repeatStart(which: number): void {
    const earlier = started.at(-1 - which);
    if (earlier === undefined) return;
    const { answer, start: begin } = earlier;
    const open = openAt({ charger: CHARGERS.indexOf(chargerOf(begin)), ...begin.intent.message });
    if (open?.number !== answer.transactionNumber) return;
    const before = book.state();
    const again = book.apply(startTransaction(before, {
      ...begin,
      newId: `tx-${count++}`,
      decision: { ...ACCEPTED, info: { status: "Blocked" } },
      nowWallMs: atMs(second),
    }));
    assertEquals(again.answer, answer);
    assert(again.state === before && again.changed.length === 0 && again.facts.length === 0);
  }

  function meter(where: Where, choice: NumberChoice): void {
    const chargerId = CHARGERS[where.charger] ?? "";
    const reading = meterCase([registerAt(second, 1000 * count)], {
      evseId: where.evseId,
      transactionNumber: numberOf(choice, where),
    }, { chargerId });
    see(book.apply(meterTransaction(book.state(), reading)), chargerId);
  }

  function stop(where: Where, choice: NumberChoice): void {
    const chargerId = CHARGERS[where.charger] ?? "";
    const end = stopCase(numberOf(choice, where), {
      timestamp: at(second),
      meterStopWh: 1000 * count++,
    }, { chargerId, nowWallMs: atMs(second) });
    const step = book.apply(stopTransaction(book.state(), end));
    see(step, chargerId);
    stopped.push({ stop: end, step });
  }

  function repeatStop(which: number): void {
    const earlier = stopped.at(-1 - which);
    if (earlier === undefined) return;
    const before = book.state();
    const isKnown = isRemembered(earlier.stop, earlier.step.transaction);
    const again = book.apply(stopTransaction(before, earlier.stop));
    assertEquals(again.answer, earlier.step.answer);
    see(again, earlier.stop.chargerId);
    if (isKnown) assert(again.state === before, "a repeated Stop changed something");
  }

  /** Not so what was retired, or dropped for newer orphans. */
  function isRemembered({ chargerId, intent }: StopCase, ended: Transaction | null): boolean {
    const { transactions, orphanStops } = book.state();
    return ended === null
      ? orphanStops.has(orphanKey(chargerId, intent.message))
      : transactions.has(ended.id);
  }

  function run(move: Move): void {
    switch (move.kind) {
      case "start":
        return start(move.where, move.token);
      case "repeat-start":
        return repeatStart(move.which);
      case "meter":
        return meter(move.where, move.number);
      case "stop":
        return stop(move.where, move.number);
      case "repeat-stop":
        return repeatStop(move.which);
      case "wait":
        second += move.seconds;
        return;
      case "retire":
        book.apply({ state: retire(book.state(), () => true) });
        disk.forgetEnded();
        return;
      case "restart":
        book = disk.open();
        return;
    }
  }

  return { run, everythingTold: () => referee.everythingTold(book) };
}

function chargerOf({ chargerId }: StartCase): (typeof CHARGERS)[number] {
  return CHARGERS.find((each) => each === chargerId) ?? "CP1";
}

Deno.test("transactions of several chargers keep their rules in any order of messages", () => {
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 80, size: "max" }), (sequence) => {
      const site = createSite();
      for (const move of sequence) site.run(move);
      site.everythingTold();
    }),
    { numRuns: 2000 },
  );
});
