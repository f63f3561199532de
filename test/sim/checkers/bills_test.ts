import { assert, assertEquals } from "@std/assert";
import { tariff, withGst } from "../../../src/transactions/cost/_for_test.ts";
import { assume } from "../../../src/lib/assert.ts";
import {
  type Bill,
  billOf,
  type CostState,
  costStep,
  startCost,
  type Transaction,
} from "../../../src/transactions/mod.ts";
import { atMs, ended, transactionRecord } from "../../contract/sessions.ts";
import type { World } from "../world.ts";
import { repriced, sessionFaults, watchBills } from "./bills.ts";
import { makeWorld } from "./made_world.ts";

/** 8.50 a kWh, 2 a minute idle, 20 to start, 18 % on it; to the rupee. */
const TARIFF = tariff({
  parts: {
    energy: withGst({ price: "8.5" }),
    idleTime: withGst({ price: "2" }),
    fixedFee: withGst({ price: "20" }),
  },
  roundingStep: "1",
});

type Billed = Transaction & { readonly cost: CostState & { readonly bill: Bill } };

/** A session of an hour as the gateway has it: an eighth idle, `meterStopWh` at the end. */
function session(meterStopWh = 9_000): Billed {
  const stop = ended(3_600, meterStopWh);
  const begun = startCost({ atMs: atMs(0), meterStartWh: 1_000, hasReservation: false }, TARIFF);
  const idle = { kind: "activity", atMs: atMs(3_150), activity: "idle" } as const;
  const end = { kind: "stop", atMs: atMs(3_600), registerWh: meterStopWh } as const;
  const counted = costStep(costStep(begun, idle, [TARIFF]), end, [TARIFF]);
  const bill = billOf(counted, [TARIFF], true);
  assume(bill !== null, "the tariff is known");
  return { ...transactionRecord({ stop }), cost: { ...counted, bill } };
}

function withBill(transaction: Billed, edit: (bill: Bill) => Partial<Bill>): Billed {
  const { cost } = transaction;
  return { ...transaction, cost: { ...cost, bill: { ...cost.bill, ...edit(cost.bill) } } };
}

const hasFault = (transaction: Transaction) => sessionFaults(transaction, TARIFF).length > 0;

Deno.test("bills: a bill as it should be is well, also below the start, and while the session runs", () => {
  assertEquals(sessionFaults(session(), TARIFF), []);
  assertEquals(sessionFaults(session(500), TARIFF), []);
  const { cost, ...open } = session();
  const { bill: _, ...counted } = cost;
  assertEquals(sessionFaults({ ...open, stop: null, cost: counted }, TARIFF), []);
  assertEquals(sessionFaults(open, null), []);
});

Deno.test("bills: lines that do not add up are found, another currency, an odd step, a draft", () => {
  const edits: ((bill: Bill) => Partial<Bill>)[] = [
    () => ({ total: "101" }),
    () => ({ rounding: "0.00" }),
    () => ({ tax: "0.00" }),
    ({ lines }) => ({ lines: lines.slice(1) }),
    () => ({ currency: "EUR" }),
    () => ({ final: false }),
    ({ exclTax, tax }) => ({
      rounding: "0.00",
      total: (Number(exclTax) + Number(tax)).toFixed(4),
    }),
  ];
  for (const edit of edits) assert(hasFault(withBill(session(), edit)), String(edit));
});

Deno.test("bills: a line that is not quantity times price is found, and one that nobody sells", () => {
  const editLine = (part: Partial<Bill["lines"][number]>) =>
    withBill(session(), ({ lines }) => ({
      lines: lines.map((line) => line.kind === "energy" ? { ...line, ...part } : line),
    }));
  assert(!hasFault(editLine({})));
  assert(hasFault(editLine({ quantity: "8.1" })));
  assert(hasFault(editLine({ unitPrice: "8.6" })));
});

Deno.test("bills: other energy than the registers say is found, and more time than there was", () => {
  assert(hasFault({ ...session(), stop: ended(3_600, 9_001) }));
  const { cost } = session();
  const short = { ...cost, countedToMs: cost.startedAtMs + 60_000 };
  assert(hasFault({ ...session(), cost: short }));
});

Deno.test("bills: an end without a bill is found, a bill without an end, and a session that is forgotten", () => {
  const { cost, ...without } = session();
  const { bill: _, ...counted } = cost;
  assert(hasFault({ ...session(), cost: counted }));
  assert(hasFault({ ...session(), stop: null }));
  assert(hasFault(without));
  const authorization = { ...without.authorization, status: "Blocked" as const };
  assert(!hasFault({ ...without, authorization }), "nobody owes anything who was not let in");
  assertEquals(sessionFaults(session(), null), ["it costs something where nothing is sold"]);
});

Deno.test("bills: priced anew from its record a session has the same energy and fees", () => {
  assertEquals(repriced(session(), TARIFF), null);
  const noFee = withBill(session(), ({ lines }) => ({ lines: lines.slice(1) }));
  assert(repriced(noFee, TARIFF) !== null);
  assert(repriced({ ...session(), stop: ended(3_600, 8_000) }, TARIFF) !== null);
});

/** What a watch finds on a disk that has these one after the other. */
async function watched(...versions: readonly Transaction[]): Promise<string[]> {
  const { world } = makeWorld();
  let now: readonly Transaction[] = [];
  const ledger = { transactions: () => Promise.resolve(now) };
  const bills = watchBills(
    { ...world, tariff: TARIFF, gateway: () => null, ledger } as unknown as World,
  );
  for (const version of versions) {
    now = [version];
    await bills.look();
  }
  return [...bills.findings.all(), ...(await bills.atEnd()).all()].map(({ text }) => text);
}

Deno.test("bills: a final bill stays, unless the end itself was amended; an end is not taken back", async () => {
  assertEquals(await watched(session(), session()), []);
  assertEquals(await watched(session(), session(10_000)), []);
  const dearer = withBill(session(), ({ lines }) => ({ lines: lines.toReversed() }));
  assert((await watched(session(), dearer)).some((text) => text.includes("has another")));
  const open = { ...session(), stop: null };
  assert((await watched(session(), open)).some((text) => text.includes("goes on")));
});
