import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { at } from "../../test/contract/sessions.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createNotices, type Notice } from "./notices.ts";

const CP1 = { chargerId: "CP1", slot: 3 };
const ROOM = { rows: 10, bytes: 1e6 };
const event = (type: string, techInfo?: string) => ({
  type,
  timestamp: at(1),
  ...(techInfo === undefined ? {} : { techInfo }),
});

function opened(bound = ROOM, held: readonly Notice[] = []) {
  return createNotices(createSeededIds(1), bound, held);
}

Deno.test("critical events are kept with the place that they are about, others are not for the CSMS", () => {
  const notices = opened();
  const [write, ...more] = notices.add(CP1, event("TamperDetectionActivated", "lid"));
  assertEquals([write?.kind, write?.collection, write?.key, more], ["put", "notices", "1", []]);
  assertEquals(notices.add(CP1, event("InvalidMessages")), []);
  assertEquals(notices.add({ chargerId: "CP2", slot: null }, event("ResetOrReboot")).length, 1);
  assertEquals(notices.next()?.message, event("TamperDetectionActivated", "3/CP1: lid"));
  assertEquals(notices.load().rows, 2);
});

Deno.test("a notice goes with its confirmation, and only then the next one has its turn", () => {
  const notices = opened();
  notices.add(CP1, event("ResetOrReboot"));
  notices.add(CP1, event("MaintenanceLoginFailed"));
  const first = notices.next();
  if (first === null) throw new Error("nothing waits");
  assertEquals(notices.next(), first);
  assertEquals(notices.confirm(first).map(({ kind, key }) => [kind, key]), [["drop", "1"]]);
  assertEquals(notices.next()?.message, event("MaintenanceLoginFailed", "3/CP1"));
  assertEquals(notices.confirm(first), []);
});

Deno.test("a long text is cut to what techInfo holds", () => {
  const notices = opened();
  notices.add(CP1, event("ResetOrReboot", "x".repeat(255)));
  assertEquals(notices.next()?.message.techInfo?.length, 255);
});

Deno.test("for any story the bound holds, the oldest goes and is counted, and the disk has what memory has", () => {
  const story = fc.array(fc.option(fc.nat({ max: 200 })), { maxLength: 60 });
  fc.assert(fc.property(story, (moves) => {
    const bound = { rows: 4, bytes: 900 };
    const disk = new Map<number, Notice>();
    const write = (writes: ReturnType<ReturnType<typeof opened>["add"]>) => {
      for (const each of writes) {
        if (each.collection !== "notices") continue;
        if (each.kind === "drop") disk.delete(Number(each.key));
        else disk.set(Number(each.key), each.value);
      }
    };
    const notices = opened(bound);
    let kept = 0;
    for (const length of moves) {
      const next = notices.next();
      if (length === null && next !== null) {
        write(notices.confirm(next));
        kept--;
      } else if (length !== null) {
        const before = notices.load().dropped;
        write(notices.add(CP1, event("ResetOrReboot", "x".repeat(length))));
        kept += 1 - (notices.load().dropped - before);
      }
      const { rows, bytes } = notices.load();
      assert(rows <= bound.rows && bytes <= bound.bytes);
      assertEquals([rows, disk.size], [kept, kept]);
      assertEquals(opened(bound, [...disk.values()].reverse()).next(), notices.next());
    }
  }));
});

Deno.test("an event of the gateway itself goes up in its own words, and only a critical one", () => {
  const notices = opened();
  assertEquals(notices.add(null, event("FailedToAuthenticateAtCsms", "HTTP 401")), []);
  assertEquals(notices.add(null, event("InvalidCsmsCertificate", "x".repeat(300))).length, 1);
  assertEquals(notices.next()?.message.techInfo, "x".repeat(255));
  const [write] = notices.add(null, event("StartupOfTheDevice"));
  assertEquals(write?.kind === "put" && write.collection === "notices" && write.value.message, {
    ...event("StartupOfTheDevice"),
  });
});
