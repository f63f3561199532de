import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ended, outboxRow, transactionRecord } from "../../test/contract/sessions.ts";
import { drop, put } from "../lib/write.ts";
import type { LedgerWrite } from "./ledger.ts";
import { forReserve } from "./reserve.ts";

const open = (id: string) => put("transactions", id, transactionRecord({ id }));
const closed = (id: string) => put("transactions", id, transactionRecord({ id, stop: ended(60) }));
const row = (id: number) => put("outbox", id, outboxRow({ id }));
const other = (key: string) => put("secrets", key, "x");

/** Which of these batches go. */
function going(...batches: readonly (readonly LedgerWrite[])[]): readonly number[] {
  const { goes, stays } = forReserve(batches.map((writes, index) => ({ writes, index })));
  assertEquals(goes.length + stays.length, batches.length);
  return goes.map(({ index }) => index);
}

Deno.test("only ends go: starts, readings and all that is no session stay", () => {
  assertEquals(going([open("a"), row(1)], [other("x")], [row(2), closed("b")], []), [2]);
});

Deno.test("an end goes with its start, what the start needs, and what stands before about it", () => {
  const slot = put("secrets", "slot", "y");
  assertEquals(
    going([slot], [open("a"), slot], [open("b")], [open("a"), row(3)], [closed("a")], [open("c")]),
    [0, 1, 3, 4],
  );
});

Deno.test("deletions go, since they make room; after what they delete", () => {
  assertEquals(going([other("x")], [other("y")], [drop("secrets", "x")]), [0, 2]);
});

Deno.test("whatever goes first, the disk comes to hold the same", () => {
  const key = fc.constantFrom("a", "b", "c");
  const write: fc.Arbitrary<LedgerWrite> = fc.oneof(
    key.map(open),
    key.map(closed),
    key.map((each) => drop("transactions", each)),
    fc.tuple(key, fc.string()).map(([each, value]) => put("secrets", each, value)),
  );
  fc.assert(fc.property(fc.array(fc.array(write, { maxLength: 3 })), (batches) => {
    const { goes, stays } = forReserve(batches.map((writes) => ({ writes })));
    const held = (all: readonly { readonly writes: readonly LedgerWrite[] }[]) => {
      const disk = new Map<string, LedgerWrite>();
      for (const each of all.flatMap(({ writes }) => writes)) {
        disk.set(`${each.collection} ${each.key}`, each);
      }
      return new Map([...disk].toSorted(([a], [b]) => a < b ? -1 : 1));
    };
    assertEquals(held([...goes, ...stays]), held(batches.map((writes) => ({ writes }))));
    assert(stays.every(({ writes }) => !writes.some(isEnd)));
  }));
});

function isEnd(write: LedgerWrite): boolean {
  return write.collection === "transactions" && write.kind === "put" && write.value.stop !== null;
}
