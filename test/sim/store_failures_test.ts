/**
 * Counted failures (as SQLite tests itself): one session is told once to count what is asked of the
 * disk, and then again with the first of it failing, the second, the third, until all have failed. What
 * a charger was answered is never lost, the CSMS's books agree, and nothing is left over.
 */
import { assert, assertRejects } from "@std/assert";
import { createVirtualClock } from "../../src/lib/virtual_clock.ts";
import type { LedgerWrite, OutboxStore } from "../../src/outbox/mod.ts";
import { type CallFate, createCountedStore, type StoreCall } from "../support/counted_store.ts";
import { createDeliveryAudit } from "./checkers/delivery.ts";
import { assertWell, type CsmsOutage, openToldSession } from "./told_session.ts";
import { openWorldStore, type WorldStore } from "./world_store.ts";

/** The disk works again so long after it failed first. */
const DISK_IS_ILL_S = 90;

type Kind = StoreCall["kind"];
/** Decides about a call by how long ago the first failure was, in seconds; null before it. */
type Plan = (call: StoreCall, illForS: number | null) => CallFate;

interface Telling {
  readonly plan: Plan;
  readonly outage: CsmsOutage;
  readonly under: OutboxStore;
  readonly what: string;
}

/** Tells the session on such a disk; how often the disk was asked. */
async function tellOn({ plan, outage, under, what }: Telling): Promise<Record<Kind, number>> {
  const audit = createDeliveryAudit(createVirtualClock());
  let firstS: number | null = null;
  let failedS = 0;
  const counts = { commit: 0, rows: 0 };
  const session = await openToldSession({
    audit,
    disk: ({ clock, kill }) =>
      createCountedStore({ ...under, close: () => Promise.resolve() }, counts, {
        committed: (batch) => audit.committed(batch),
        cut: kill,
        fate(call) {
          const nowS = clock.monoMs() / 1_000;
          const fate = plan(call, firstS === null ? null : nowS - firstS);
          if (fate !== "done") {
            firstS ??= nowS;
            failedS = nowS;
          }
          return fate;
        },
      }),
  }, outage);
  try {
    await session.play();
    await session.drain();
    // Whoever stops on a disk that is still ill says that something is unwritten, and is right.
    for (let before = -1; before !== failedS;) {
      before = failedS;
      await session.drain();
    }
    const asked = { ...counts };
    assertWell(await session.judge(under), audit, what);
    return asked;
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : error}`);
  }
}

const nthIs = (kind: Kind, nth: number, fate: CallFate): Plan => (call) =>
  call.kind === kind && call.nth === nth ? fate : "done";
const fromNthOn = (kind: Kind, nth: number): Plan => (call, illForS) =>
  call.kind === kind && call.nth >= nth && (illForS ?? 0) < DISK_IS_ILL_S ? "failed" : "done";

const LOOPS: readonly {
  readonly name: string;
  readonly kind: Kind;
  readonly plan: (nth: number) => Plan;
  /** It stands for the others where each telling takes long. */
  readonly isForLedger?: true;
}[] = [
  {
    name: "a batch fails once",
    kind: "commit",
    plan: (nth) => nthIs("commit", nth, "failed"),
  },
  {
    name: "a batch and all after it fail for a while",
    kind: "commit",
    plan: (nth) => fromNthOn("commit", nth),
    isForLedger: true,
  },
  {
    name: "a batch is said to have failed, and is there",
    kind: "commit",
    plan: (nth) => nthIs("commit", nth, "done-and-failed"),
  },
  {
    name: "the power goes out before a batch is there",
    kind: "commit",
    plan: (nth) => nthIs("commit", nth, "cut-before"),
  },
  {
    name: "the power goes out as soon as a batch is there",
    kind: "commit",
    plan: (nth) => nthIs("commit", nth, "cut-after"),
    isForLedger: true,
  },
  { name: "reading fails once", kind: "rows", plan: (nth) => nthIs("rows", nth, "failed") },
  { name: "reading fails for a while", kind: "rows", plan: (nth) => fromNthOn("rows", nth) },
  {
    name: "the power goes out while it reads",
    kind: "rows",
    plan: (nth) => nthIs("rows", nth, "cut-after"),
  },
];

/** Counts what the disk is asked, and then tells the session once for each of these. */
async function tellEach(
  { kind, plan, name }: typeof LOOPS[number],
  outage: CsmsOutage,
  open: () => Promise<WorldStore>,
): Promise<void> {
  const tell = async (plan: Plan, what: string) => {
    const disk = await open();
    try {
      return await tellOn({ plan, outage, under: disk.store, what });
    } finally {
      await disk.remove();
    }
  };
  const counts = await tell(() => "done", "nothing fails");
  assert(counts[kind] >= 3, `the session asks the disk: ${JSON.stringify(counts)}`);
  for (let nth = 1; nth <= counts[kind]; nth++) {
    await tell(plan(nth), `${name}: ${kind} ${nth} of ${counts[kind]}`);
  }
}

for (const outage of ["never", "while charging"] as const) {
  for (const loop of LOOPS) {
    Deno.test(`${loop.name}, at each in turn; the CSMS is out ${outage}`, async () => {
      await tellEach(loop, outage, () => openWorldStore("memory"));
    });
  }
}

Deno.test("on the real ledger: batches fail for a while, and the power goes out, at each in turn", async () => {
  for (const loop of LOOPS.filter(({ isForLedger }) => isForLedger)) {
    await tellEach(loop, "while charging", () => openWorldStore("sqlite"));
  }
});

Deno.test("a disk that loses what it has confirmed is found", async () => {
  const memory = await openWorldStore("memory");
  const isEnd = (write: LedgerWrite) =>
    write.collection === "outbox" && write.kind === "put" && write.value.kind === "ended";
  const forgetful: OutboxStore = {
    ...memory.store,
    commit: (batch) => memory.store.commit(batch.some(isEnd) ? [] : batch),
  };
  await assertRejects(() =>
    tellOn({ plan: () => "done", outage: "never", under: forgetful, what: "it forgets" })
  );
});
