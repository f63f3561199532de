import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { ended, transactionRecord } from "../../test/contract/sessions.ts";
import type { Transaction } from "./transaction.ts";
import { indexOf } from "./transaction_index.ts";

const FIRST = transactionRecord({ number: 1 });
const SECOND = transactionRecord({ number: 2, slot: 2 });
const DONE = transactionRecord({ number: 3, slot: 3, stop: ended(60) });

Deno.test("a reading changes the few that are open, not the thousands that have ended", () => {
  const before = indexOf([FIRST, DONE]);
  const after = before.with({ ...FIRST, nextSeqNo: 9 });
  assertStrictEquals(after.ended, before.ended);
  assertEquals([after.get("tx-1")?.nextSeqNo, before.get("tx-1")?.nextSeqNo], [9, 1]);
});

Deno.test("an index is read like any map, those that have ended first", () => {
  const index = indexOf([FIRST, DONE, SECOND]);
  assertEquals([...index.keys()], ["tx-3", "tx-1", "tx-2"]);
  assertEquals([...index.values()], [DONE, FIRST, SECOND]);
  assertEquals([...index], [["tx-3", DONE], ["tx-1", FIRST], ["tx-2", SECOND]]);
  const told: string[] = [];
  index.forEach((_, id, whole) => told.push(`${id} of ${whole.size}`));
  assertEquals(told, ["tx-3 of 3", "tx-1 of 3", "tx-2 of 3"]);
});

Deno.test("nothing leaves while it may be needed, and an open one never", () => {
  const index = indexOf([FIRST, DONE]);
  assertStrictEquals(index.withoutEnded(() => false), index);
  assertEquals([...index.withoutEnded(() => true)], [["tx-1", FIRST]]);
  assertEquals(index.withoutEnded(() => true).byNumber(3), undefined);
});

/** What is done to an index: puts one of a few transactions into it, or lets ended ones go. */
type Change = { readonly put: Transaction } | "let go";

const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ number: fc.nat(8), isOpen: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant("let go" as const) },
).map((drawn): Change =>
  drawn === "let go"
    ? drawn
    : { put: transactionRecord({ number: drawn.number, stop: drawn.isOpen ? null : ended(1) }) }
);

Deno.test("an index agrees with a plain map after any changes", () => {
  fc.assert(fc.property(fc.array(changes), (story) => {
    const plain = new Map<string, Transaction>();
    let index = indexOf([]);
    for (const change of story) {
      if (change === "let go") {
        for (const [id, { stop }] of plain) if (stop !== null) plain.delete(id);
        index = index.withoutEnded(() => true);
      } else {
        plain.set(change.put.id, change.put);
        index = index.with(change.put);
      }
    }
    assertEquals(index.size, plain.size);
    assertEquals(new Map(index), plain);
    for (const each of plain.values()) {
      assertStrictEquals(index.byNumber(each.number), each);
      assert(index.has(each.id));
      assertEquals(index.open.has(each.id), each.stop === null);
      assertEquals(index.ended.has(each.id), each.stop !== null);
    }
  }));
});
