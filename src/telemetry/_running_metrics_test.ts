import { assertEquals } from "@std/assert";
import { Registry } from "prom-client";
import { createEvents } from "../lib/events.ts";
import type { SiteEvents } from "../site/mod.ts";
import { countRunning } from "./_running_metrics.ts";

function bench() {
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  const registry = new Registry();
  countRunning(events, [registry]);
  const value = async (sample: string) => {
    const line = (await registry.metrics()).split("\n")
      .find((each) => each.startsWith(`sangam_${sample} `));
    return line === undefined ? null : Number(line.split(" ").at(-1));
  };
  return { events, registry, value };
}

Deno.test("calls that nobody answered in time are counted by side, from zero on", async () => {
  const { events, value } = bench();
  assertEquals(await value('call_timeouts_total{side="csms"}'), 0);
  const waitedMs = 30_000;
  for (const peer of ["CP1", "CP2", "csms"]) {
    events.emit("call-ended", { peer, how: "timeout", waitedMs });
  }
  for (const how of ["result", "error", "closed"] as const) {
    events.emit("call-ended", { peer: "CP1", how, waitedMs });
  }
  assertEquals(await value('call_timeouts_total{side="chargers"}'), 2);
  assertEquals(await value('call_timeouts_total{side="csms"}'), 1);
});

Deno.test("how long the CSMS takes is of its answers alone, yes or no, and of no charger's", async () => {
  const { events, value } = bench();
  events.emit("call-ended", { peer: "csms", how: "result", waitedMs: 40 });
  events.emit("call-ended", { peer: "csms", how: "error", waitedMs: 60 });
  events.emit("call-ended", { peer: "csms", how: "timeout", waitedMs: 30_000 });
  events.emit("call-ended", { peer: "csms", how: "closed", waitedMs: 9_000 });
  events.emit("call-ended", { peer: "CP1", how: "result", waitedMs: 5_000 });
  assertEquals(await value("upstream_rtt_seconds_count"), 2);
  assertEquals(await value("upstream_rtt_seconds_sum"), 0.1);
  assertEquals(await value('upstream_rtt_seconds_bucket{le="0.05"}'), 1);
});

Deno.test("frames that were not taken are counted by side and reason", async () => {
  const { events, registry, value } = bench();
  events.emit("frame-rejected", { peer: "CP1", reason: "unreadable" });
  events.emit("frame-rejected", { peer: "CP2", reason: "unreadable" });
  events.emit("frame-rejected", { peer: "csms", reason: "invalid-call" });
  assertEquals(await value('rejected_frames_total{side="chargers",reason="unreadable"}'), 2);
  assertEquals(await value('rejected_frames_total{side="csms",reason="invalid-call"}'), 1);
  assertEquals(await value('rejected_frames_total{side="csms",reason="unreadable"}'), 0);
  assertEquals((await registry.metrics()).includes("CP1"), false);
});

Deno.test("however many chargers do what they like, there are as many series as before", async () => {
  const { events, registry } = bench();
  const series = async () => (await registry.metrics()).split("\n").length;
  const before = await series();
  for (let number = 0; number < 200; number++) {
    const peer = `CP${number}`;
    events.emit("call-ended", { peer, how: "timeout", waitedMs: number });
    events.emit("frame-rejected", { peer, reason: "late-answer" });
    events.emit("quirk", { chargerId: peer, quirk: "second-connection", times: 1 });
    events.emit("fault", {
      kind: "second-connection",
      severity: "alarm",
      subject: peer,
      text: peer,
      state: "raised",
    });
  }
  assertEquals(await series(), before);
});

Deno.test("of connections that come twice it is told which was kept, and dead letters when they come", async () => {
  const { events, value } = bench();
  const fault = { severity: "alarm", subject: "CP1", text: "" } as const;
  events.emit("fault", { ...fault, kind: "second-connection", state: "raised" });
  events.emit("fault", { ...fault, kind: "second-connection", state: "over" });
  events.emit("fault", { ...fault, kind: "dead-letter", state: "raised" });
  events.emit("fault", { ...fault, kind: "dead-letter", state: "over" });
  events.emit("fault", { ...fault, kind: "meter-lost", state: "raised" });
  events.emit("quirk", { chargerId: "CP1", quirk: "second-connection", times: 3 });
  events.emit("quirk", { chargerId: "CP1", quirk: "spelling", times: 5 });
  assertEquals(await value('duplicate_connections_total{kept="old"}'), 1);
  assertEquals(await value('duplicate_connections_total{kept="new"}'), 3);
  assertEquals(await value("dead_letters_total"), 1);
});

Deno.test("what the disk took is told by how long it took", async () => {
  const { events, value } = bench();
  for (const tookMs of [2, 8, 300]) events.emit("ledger-written", { tookMs });
  assertEquals(await value("commit_seconds_count"), 3);
  assertEquals(await value("commit_seconds_sum"), 0.31);
  assertEquals(await value('commit_seconds_bucket{le="0.01"}'), 2);
});
