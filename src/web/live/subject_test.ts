import { assertEquals } from "@std/assert";
import { createEvents } from "../../lib/events.ts";
import type { SiteEvents, SiteFault } from "../../site/mod.ts";
import { watchSite } from "./subject.ts";

function setUp() {
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  const touched: string[] = [];
  const end = watchSite(events, (key, { kind }) => void touched.push(`${kind}: ${key}`));
  const take = () => touched.splice(0);
  return { events, take, end };
}

const FAULT: SiteFault = {
  kind: "silent",
  severity: "warning",
  subject: "pv",
  text: "does not answer",
  state: "raised",
};

Deno.test("watchSite() names what each event was about, and the site where totals may change", () => {
  const { events, take } = setUp();
  events.emit("charger", { chargerId: "CP01" });
  assertEquals(take(), ["charger: charger CP01", "site: site"]);
  events.emit("evse", { slot: 3 });
  assertEquals(take(), ["evse: evse 3", "site: site"]);
  events.emit("transaction", { transactionId: "t1" });
  assertEquals(take(), ["transaction: transaction t1", "site: site"]);
  events.emit("fault", FAULT);
  assertEquals(take(), ["fault: fault pv silent", "site: site"]);
  events.emit("csms", {});
  assertEquals(take(), ["csms: csms"]);
  events.emit("circuits", {});
  assertEquals(take(), ["circuits: circuits"]);
  events.emit("orphan-stop", { chargerId: "CP01" });
  assertEquals(take(), ["orphan-stops: orphan-stops"]);
  events.emit("knock", { chargerId: "CP11" });
  assertEquals(take(), ["waiting: waiting"]);
});

Deno.test("watchSite() gives a state and a measurement of one subject the same key", () => {
  const { events, take } = setUp();
  events.emit("measured", { slot: 3, atMonoMs: 0, intervalMs: 1_000 });
  assertEquals(take(), ["evse: evse 3"]);
  events.emit("sample", { meterId: "pv", atMonoMs: 0, atWallMs: 0 });
  events.emit("meter-health", { meterId: "pv", health: { kind: "waiting" } });
  assertEquals(take(), ["meter: meter pv", "meter: meter pv"]);
  events.emit("message", { atWallMs: 0, peer: "CP01", direction: "in", text: "[]" });
  assertEquals(take(), ["message: message CP01"]);
});

Deno.test("watchSite() is deaf after its end", () => {
  const { events, take, end } = setUp();
  end();
  events.emit("charger", { chargerId: "CP01" });
  events.emit("fault", FAULT);
  events.emit("message", { atWallMs: 0, peer: "CP01", direction: "in", text: "[]" });
  assertEquals(take(), []);
});
