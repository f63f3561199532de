import { assertEquals } from "@std/assert";
import { outboxRow } from "../../test/contract/sessions.ts";
import { foldEvents } from "./fold.ts";
import { asSentNow } from "./offline.ts";

Deno.test("an event is offline when it happened offline, or waited since before this connection", () => {
  const cases: [string, { id: number; offline: boolean | undefined }, boolean][] = [
    ["live", { id: 11, offline: false }, false],
    ["live, of an old ledger", { id: 11, offline: undefined }, false],
    ["recorded while the CSMS was silent", { id: 11, offline: true }, true],
    ["queued when the link dropped", { id: 10, offline: false }, true],
    ["long ago", { id: 1, offline: true }, true],
  ];
  for (const [name, { id, offline }, expected] of cases) {
    const row = outboxRow({ id });
    const { offline: _, ...event } = row.event;
    const content = { event: offline === undefined ? event : { ...event, offline }, carry: null };
    assertEquals(asSentNow(content, row, 10).event, { ...event, offline: expected }, name);
  }
});

Deno.test("a message is offline when one of the readings in it is", () => {
  const live = outboxRow({ id: 1 });
  const late = outboxRow({ id: 2 });
  const offline = { ...late, event: { ...late.event, offline: true } };
  assertEquals(foldEvents([live, offline]).event.offline, true);
  assertEquals(foldEvents([offline, live]).event.offline, true);
  assertEquals(foldEvents([live, live]).event.offline, false);
});
