import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createSpawner } from "../lib/spawn.ts";
import { createMessageNotes } from "./message_notes.ts";
import { isFound, MessagesQuerySchema } from "./messages_query.ts";
import type { MessageView } from "./views.ts";

const message = (id: number, direction: "in" | "out", frame: unknown): MessageView => ({
  id,
  atWallMs: 0,
  peer: "CP01",
  direction,
  text: typeof frame === "string" ? frame : JSON.stringify(frame),
});

/** Notes with schemas that are loaded. */
async function loaded(...messages: readonly MessageView[]) {
  const spawn = createSpawner(() => {});
  let loads = 0;
  const notes = createMessageNotes({ spawn, onLoaded: () => loads++ });
  notes.of(messages, "ocpp1.6");
  await spawn.drain();
  assertEquals(loads, 1);
  return notes.of(messages, "ocpp1.6");
}

Deno.test("a call and an answer are held against the schema of their version", async () => {
  const notes = await loaded(
    message(5, "out", [3, "b", { status: "Perhaps" }]),
    message(4, "in", [2, "b", "Authorize", { idTag: 7 }]),
    message(3, "out", [3, "a", { currentTime: "2026-01-05T08:35:00Z" }]),
    message(2, "in", [2, "a", "Heartbeat", {}]),
  );
  assertEquals(notes.get(2), []);
  assertEquals(notes.get(3), []);
  assertEquals(notes.get(4)?.map((note) => note.kind === "invalid" ? note.path : note.kind), [
    "/idTag",
  ]);
  assertEquals(notes.get(5)?.[0]?.kind, "invalid", "an answer, by the call it belongs to");
});

Deno.test("an error, what is no frame and what the log has cut are told as such", async () => {
  const notes = await loaded(
    message(1, "in", [4, "a", "NotSupported", "no", {}]),
    message(2, "in", "<html>"),
    message(3, "in", `[2,"c","DataTransfer",{"data":"${"x".repeat(9_000)}`),
    message(4, "in", [3, "nobody asked", {}]),
  );
  assertEquals(notes.get(1), [{ kind: "error", code: "NotSupported" }]);
  assertEquals(notes.get(2), [{ kind: "unreadable" }]);
  assertEquals(notes.get(3), [{ kind: "cut" }]);
  assertEquals(notes.get(4), []);
});

Deno.test("of a charger whose version nobody knows nothing is said but what any frame shows", () => {
  const notes = createMessageNotes({ spawn: createSpawner(() => {}), onLoaded: () => {} });
  const call = message(1, "in", [2, "a", "Authorize", {}]);
  assertEquals(notes.of([call], null).get(1), []);
  assertEquals(notes.of([call], "ocpp9").get(1), []);
});

Deno.test("whatever a charger sends, its notes are made", () => {
  const notes = createMessageNotes({ spawn: createSpawner(() => {}), onLoaded: () => {} });
  let id = 0;
  fc.assert(fc.property(fc.oneof(fc.string(), fc.jsonValue()), (frame) => {
    const each = message(++id, "in", frame);
    assertEquals(Array.isArray(notes.of([each], null).get(id)), true);
  }));
});

Deno.test("frames are looked for by text, way and trouble; what makes no sense is left out", () => {
  const heartbeat = message(7, "in", [2, "a", "Heartbeat", {}]);
  const found = (fields: Record<string, string>, isOdd = false) =>
    isFound(
      heartbeat,
      isOdd ? [{ kind: "unreadable" }] : [],
      MessagesQuerySchema.parse(fields),
    );
  assertEquals([found({}), found({ text: "heartB" }), found({ text: "Boot" })], [
    true,
    true,
    false,
  ]);
  assertEquals([found({ way: "in" }), found({ way: "out" }), found({ way: "up" })], [
    true,
    false,
    true,
  ]);
  assertEquals([found({ trouble: "on" }), found({ trouble: "on" }, true)], [false, true]);
  assertEquals([found({ before: "8" }), found({ before: "7" }), found({ before: "x" })], [
    true,
    false,
    true,
  ]);
  assertEquals(found({ text: " ", way: "" }), true);
});
