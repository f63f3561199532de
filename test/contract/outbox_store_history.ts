import { assertEquals } from "@std/assert";
import { drop, put } from "../../src/lib/write.ts";
import { type OutboxStore, signedKey } from "../../src/outbox/mod.ts";
import {
  FACT_GROUPS,
  type FactSum,
  sessionFact,
  type SignedRecord,
  sumFacts,
  type Transaction,
} from "../../src/transactions/mod.ts";
import { at, atMs, BEN, ended, outboxRow, transactionRecord } from "./sessions.ts";

const DAY_MS = 24 * 3_600_000;
const NOW_MS = atMs(0);

const CODE = { idToken: "4711", type: "KeyCode" } as const;

function numbersOf(found: readonly { readonly number: number }[]): readonly number[] {
  return found.map(({ number }) => number);
}

/** Declares one promise of a store, and how to check it on a store of its own. */
export type PromiseOf = (what: string, check: (store: OutboxStore) => Promise<void>) => void;

/** What a store promises about transactions: which ones it loads, and how history is searched. */
export function historyContract(promise: PromiseOf): void {
  promise("load holds transactions that are open, recent, or not yet sent", async (store) => {
    const endedAgo = (number: number, agoMs: number) =>
      transactionRecord({ number, stop: { ...ended(0), heardAtMs: NOW_MS - agoMs } });
    const open = transactionRecord({ number: 50, startHeardAtMs: NOW_MS - 90 * DAY_MS });
    const recent = endedAgo(40, DAY_MS - 1);
    const old = endedAgo(30, DAY_MS);
    const queued = endedAgo(20, 30 * DAY_MS);
    const both = endedAgo(10, 1000);
    for (const each of [open, recent, old, queued, both]) {
      await store.commit([put("transactions", each.id, each)]);
    }
    await store.commit([
      put("outbox", 1, outboxRow({ id: 1, transactionId: queued.id })),
      put("outbox", 2, outboxRow({ id: 2, transactionId: both.id })),
      put("outbox", 3, outboxRow({ id: 3, transactionId: both.id })),
    ]);
    assertEquals((await store.load(NOW_MS)).transactions, [both, queued, recent, open]);
  });

  promise("a clock that stands in 1970 does not load all history", async (store) => {
    const old = transactionRecord({ number: 1, stop: ended(-2 * 86_400) });
    const newest = transactionRecord({ number: 2, stop: ended(0) });
    await store.commit([old, newest].map((each) => put("transactions", each.id, each)));
    assertEquals((await store.load(0)).transactions, [newest]);
  });

  promise(
    "reports read history as it went on, page by page, and what ended in short",
    async (store) => {
      const sessions = [
        transactionRecord({ number: 5, startHeardAtMs: atMs(60), stop: ended(900) }),
        transactionRecord({
          number: 3,
          startHeardAtMs: atMs(60.0004),
          idToken: CODE,
          stop: ended(1),
        }),
        transactionRecord({ number: 4, startHeardAtMs: atMs(60) }),
        transactionRecord({
          number: 9,
          startHeardAtMs: atMs(0),
          flags: ["resumed"],
          stop: ended(2),
        }),
        transactionRecord({ number: 1, startHeardAtMs: atMs(500), stop: ended(3) }),
      ];
      await store.commit(sessions.map((each) => put("transactions", each.id, each)));
      const time = { fromMs: atMs(0), toMs: atMs(500) };
      assertEquals(numbersOf(await store.sessionPage({ ...time, limit: 10 })), [9, 3, 4, 5]);
      const after = { startedMs: atMs(60), number: 3 };
      assertEquals(numbersOf(await store.sessionPage({ ...time, after, limit: 1 })), [4]);
      const facts = await store.factPage({ ...time, limit: 10 });
      assertEquals(
        facts,
        sessions.map(sessionFact).filter((each) => each !== null)
          .filter(({ number }) => number !== 1).toSorted((a, b) =>
            a.startedMs - b.startedMs || a.number - b.number
          ),
      );
      assertEquals(facts.map(({ token, marks }) => [token, marks]), [
        ["ASHA-01", 1],
        ["(code)", 0],
        ["ASHA-01", 0],
      ]);
      assertEquals(numbersOf(await store.factPage({ ...time, after, limit: 1 })), [5]);
      for (const by of FACT_GROUPS) {
        const byKey = (sums: readonly FactSum[]) =>
          sums.toSorted((a, b) => `${a.key} ${a.subkey}` < `${b.key} ${b.subkey}` ? -1 : 1);
        for (const offsetMs of [0, 19_800_000, -12_600_000]) {
          assertEquals(
            byKey(await store.factSums({ ...time, offsetMs }, by)),
            byKey(sumFacts(facts, by, offsetMs)),
            `${by}, ${offsetMs}`,
          );
        }
      }
      assertEquals(await store.factSums({ fromMs: 0, toMs: 1 }, "all"), []);
    },
  );

  promise("the short form follows its session: another time, another end, gone", async (store) => {
    const session = transactionRecord({ number: 5, stop: ended(900) });
    const facts = () => store.factPage({ fromMs: 0, toMs: 1e15, limit: 9 });
    const write = (each: Transaction) => store.commit([put("transactions", each.id, each)]);
    await write({ ...session, stop: null });
    assertEquals(await facts(), []);
    await write(session);
    await write({ ...session, startHeardAtMs: atMs(-7_200) });
    await write({ ...session, startHeardAtMs: atMs(-7_200), flags: ["resumed"] });
    assertEquals((await facts()).map(({ startedMs, marks }) => [startedMs, marks]), [
      [atMs(-7_200), 1],
    ]);
    await write({ ...session, idToken: { idToken: "", type: "NoAuthorization" } });
    assertEquals((await facts()).map(({ startedMs, token }) => [startedMs, token]), [[
      atMs(0),
      "",
    ]]);
    await store.commit([drop("transactions", session.id)]);
    assertEquals(await facts(), []);
  });

  promise(
    "signed readings stand beside their session, byte for byte, and go with it",
    async (store) => {
      const session = transactionRecord({ number: 5 });
      const record = (
        position: number,
        text: string,
        transactionId = session.id,
      ): SignedRecord => ({
        transactionId,
        position,
        reading: { at: at(0), heardAtMs: atMs(0), signedMeterData: text },
      });
      const write = (each: SignedRecord) => put("signed-readings", signedKey(each), each);
      const texts = async (id = session.id) =>
        (await store.signedReadings(id)).map(({ position, reading }) =>
          [position, reading.signedMeterData] as const
        ).toSorted(([a], [b]) => a - b);
      const odd = 'OCMF|{"ID":"\u0000 \ud800 é \r\n\t"}|{}  ';
      await store.commit([put("transactions", session.id, session), write(record(0, odd))]);
      await store.commit([write(record(1, "b")), write(record(7, "other", "another"))]);
      await store.commit([write(record(1, "c"))]);
      assertEquals(await texts(), [[0, odd], [1, "c"]]);
      assertEquals(await texts("another"), [[7, "other"]]);
      await store.commit([drop("signed-readings", session.id)]);
      assertEquals(await texts(), []);
      await store.commit([write(record(0, "d"))]);
      await store.commit([drop("transactions", session.id)]);
      assertEquals(await texts(), []);
      assertEquals(await texts("another"), [[7, "other"]]);
    },
  );

  promise(
    "history is found by time, charger, place, token and state, newest first",
    async (store) => {
      const sessions = [
        transactionRecord({ number: 1, startHeardAtMs: atMs(0) }),
        transactionRecord({ number: 2, startHeardAtMs: atMs(60), chargerId: "CP2" }),
        transactionRecord({ number: 3, startHeardAtMs: atMs(120), idToken: BEN, slot: 7 }),
        transactionRecord({ number: 4, startHeardAtMs: atMs(180), stop: ended(200) }),
      ];
      await store.commit(sessions.map((each) => put("transactions", each.id, each)));
      const cases: [Parameters<OutboxStore["transactions"]>[0], number[]][] = [
        [{ limit: 10 }, [4, 3, 2, 1]],
        [{ limit: 2 }, [4, 3]],
        [{ limit: 0 }, []],
        [{ limit: -1 }, []],
        [{ limit: 2, beforeNumber: 3 }, [2, 1]],
        [{ limit: 2, oldestFirst: true }, [1, 2]],
        [{ limit: 10, fromMs: atMs(60) }, [4, 3, 2]],
        [{ limit: 10, toMs: atMs(60) }, [1]],
        [{ limit: 10, fromMs: atMs(60), toMs: atMs(121) }, [3, 2]],
        [{ limit: 10, chargerId: "CP2" }, [2]],
        [{ limit: 10, chargerId: "CP9" }, []],
        [{ limit: 10, slot: 7 }, [3]],
        [{ limit: 10, slot: 8 }, []],
        [{ limit: 10, isOpen: true }, [3, 2, 1]],
        [{ limit: 1, isOpen: true, beforeNumber: 3 }, [2]],
        [{ limit: 10, isOpen: false }, [4]],
        [{ limit: 10, isOpen: false, slot: 7 }, []],
        [{ limit: 10, token: "BEN-02" }, [3]],
        [{ limit: 10, token: " ben-02 " }, [3]],
        [{ limit: 1, token: "ASHA-01", beforeNumber: 4 }, [2]],
        [{ limit: 10, chargerId: "CP1", token: "ASHA-01", fromMs: atMs(1) }, [4]],
      ];
      for (const [query, expected] of cases) {
        const found = await store.transactions(query);
        assertEquals(found.map(({ number }) => number), expected, JSON.stringify(query));
      }
      assertEquals(await store.transactions({ limit: 1 }), [sessions[3]]);
    },
  );

  promise("a changed transaction is found as it is now", async (store) => {
    const open = transactionRecord({ number: 1 });
    await store.commit([put("transactions", open.id, open)]);
    const done: Transaction = {
      ...open,
      upstreamNumber: 99,
      lastReading: { at: at(60), energyWh: 1500.5 },
      stop: ended(100),
      flags: ["register-went-back"],
    };
    await store.commit([put("transactions", open.id, done)]);
    assertEquals(await store.transactions({ limit: 10 }), [done]);
    assertEquals((await store.load(atMs(100))).transactions, [done]);
    assertEquals((await store.load(atMs(100) + DAY_MS)).transactions, []);
  });
}
