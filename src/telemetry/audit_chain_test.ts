import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { AuditEntry, AuditNote } from "../site/mod.ts";
import { AUDIT_ROOT, checkChain, linked } from "./audit_chain.ts";

const NOTE: AuditNote = {
  atWallMs: 1_767_600_000_000,
  who: "asha",
  way: "page",
  from: "192.168.10.5",
  what: "sign-in",
  about: "",
  outcome: "done",
  detail: "",
};

function chain(notes: readonly AuditNote[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const note of notes) entries.push(linked(entries.at(-1) ?? AUDIT_ROOT, note));
  return entries;
}

const texts = fc.record({ who: fc.string(), about: fc.string(), detail: fc.string() });

Deno.test("a chain as it was written is sound, from its root and from any entry that is kept", () => {
  fc.assert(fc.property(fc.array(texts, { maxLength: 8 }), fc.nat(8), (drawn, cut) => {
    const entries = chain(drawn.map((each) => ({ ...NOTE, ...each })));
    const kept = Math.min(cut, entries.length);
    const anchor = entries[kept - 1] ?? AUDIT_ROOT;
    const left = entries.slice(kept);
    assertEquals(checkChain(anchor, left), {
      kind: "sound",
      entries: left.length,
      first: left[0]?.number ?? 0,
      last: left.at(-1)?.number ?? 0,
      hash: left.at(-1)?.hash ?? anchor.hash,
    });
  }));
});

Deno.test("an entry that is changed in any field, left out, doubled or moved breaks the chain there", () => {
  const entries = chain(["a", "b", "c", "d"].map((who) => ({ ...NOTE, who })));
  const changes: Partial<AuditEntry>[] = [
    { atWallMs: NOTE.atWallMs + 1 },
    { who: "ravi" },
    { way: "api" },
    { from: "192.168.10.6" },
    { what: "sign-out" },
    { about: "ravi" },
    { outcome: "failed" },
    { detail: "x" },
    { hash: "0".repeat(64) },
  ];
  for (const change of changes) {
    const changed = entries.map((entry, index) => index === 1 ? { ...entry, ...change } : entry);
    assertEquals(checkChain(AUDIT_ROOT, changed), { kind: "broken", number: 2 });
  }
  const [one, two, three, four] = entries as [AuditEntry, AuditEntry, AuditEntry, AuditEntry];
  for (
    const [order, number] of [
      [[one, three, four], 2],
      [[two, three, four], 1],
      [[one, two, two, three], 3],
      [[one, three, two, four], 2],
    ] as const
  ) {
    assertEquals(checkChain(AUDIT_ROOT, order), { kind: "broken", number });
  }
});

Deno.test("words cannot move from one field to the next", () => {
  const left = linked(AUDIT_ROOT, { ...NOTE, about: `a","b`, detail: "c" });
  const right = linked(AUDIT_ROOT, { ...NOTE, about: "a", detail: `b","c` });
  assertEquals(left.hash === right.hash, false);
});

Deno.test("a text of a stranger is one line of printable characters, and not too long", () => {
  const { who, detail } = linked(AUDIT_ROOT, {
    ...NOTE,
    who: "mallory\r\n2026-01-05 admin\u202e signed in\ud800",
    detail: "x".repeat(10_000),
  });
  assertEquals(who, "mallory 2026-01-05 admin  signed in\ufffd");
  assertEquals(detail.length, 300);
});
