import { assert, assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { onEachLine, type SiteEvents } from "../site/mod.ts";
import { createMetrics, type MetricsReading } from "./metrics.ts";

const READING: MetricsReading = {
  standingFaults: { info: 0, warning: 2, alarm: 1 },
  chargersDrifted: 2,
  outboxClasses: [{ name: "sessions", rows: 3, bytes: 1_200 }],
  readingsDropped: { thinned: 5, forRoom: 2 },
  chargersConnected: 6,
  csmsConnected: true,
  outboxRows: 12,
  outboxOldestSeconds: 90,
  deadLetters: 1,
  ledgerTrouble: false,
  clockTrusted: true,
  diskFreeBytes: null,
  evses: [
    { slot: 1, isConnected: true, offeredAmps: 16, powerW: 11_040, energyWh: 5_000 },
    { slot: 2, isConnected: false, offeredAmps: null, powerW: null, energyWh: null },
  ],
  circuits: [{
    id: "grid",
    limitAmps: 100,
    loadAmps: { L1: 40.5, L2: 0, L3: null },
    reservedAmps: onEachLine(48),
  }],
  meters: [{ id: "main", ageMs: 1_500 }, { id: "pv", ageMs: null }],
  profileWrites: [{ slot: 3, total: 42 }],
  memoryBytes: 80_000_000,
  bytesWritten: 4_096,
  loopLagMs: 250,
};

/** The text of a scrape as Prometheus reads it: "name{labels}" to value. */
function parsed(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  const described = new Set<string>();
  for (const line of text.split("\n")) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment?.[2] !== undefined) described.add(comment[2]);
    if (line === "" || line.startsWith("#")) continue;
    const sample = /^([a-z_:][a-z0-9_:]*)(\{[^}]*\})? (\S+)$/i.exec(line);
    assert(sample !== null, `not a sample: ${line}`);
    const [, name = "", labels = "", value = ""] = sample ?? [];
    // A histogram is described once for all that it is made of.
    const whole = name.replace(/_(bucket|sum|count)$/, "");
    assert(described.has(name) || described.has(whole), `${name} is not described`);
    assert(!samples.has(name + labels), `${name}${labels} is there twice`);
    samples.set(name + labels, Number(value));
  }
  return samples;
}

function bench(counted?: Parameters<typeof createMetrics>[2]) {
  const events = createEvents<SiteEvents>(() => {});
  let reading = READING;
  const metrics = createMetrics(events, () => reading, counted);
  return {
    events,
    set: (facts: Partial<MetricsReading>) => void (reading = { ...reading, ...facts }),
    scrape: async () => parsed(await metrics.text()),
  };
}

/** From zero on; their own tests are beside them. */
const COUNTED_AS_IT_RUNS =
  /^sangam_(call_timeouts|rejected_frames|duplicate_connections|dead_letters|commit_seconds|upstream_rtt)/;

Deno.test("a scrape tells the state of the gateway in the units that its names say", async () => {
  const samples = [...await bench().scrape()].filter(([name]) => !COUNTED_AS_IT_RUNS.test(name));
  assertEquals(Object.fromEntries(samples), {
    "sangam_chargers_connected": 6,
    'sangam_profile_writes_total{slot="3"}': 42,
    "sangam_clock_trusted": 1,
    "sangam_csms_connected": 1,
    "sangam_outbox_rows": 12,
    "sangam_outbox_oldest_seconds": 90,
    "sangam_outbox_dead_letters": 1,
    'sangam_outbox_class_rows{class="sessions"}': 3,
    'sangam_outbox_class_bytes{class="sessions"}': 1200,
    'sangam_outbox_readings_dropped{why="thinned"}': 5,
    'sangam_outbox_readings_dropped{why="no_room"}': 2,
    "sangam_ledger_trouble": 0,
    "sangam_memory_bytes": 80_000_000,
    "sangam_bytes_written_total": 4_096,
    "sangam_event_loop_lag_seconds": 0.25,
    'sangam_charger_connected{slot="1"}': 1,
    'sangam_charger_connected{slot="2"}': 0,
    'sangam_evse_offered_amps{slot="1"}': 16,
    'sangam_evse_power_watts{slot="1"}': 11_040,
    'sangam_evse_energy_watt_hours{slot="1"}': 5_000,
    'sangam_circuit_limit_amps{circuit="grid"}': 100,
    'sangam_circuit_load_amps{circuit="grid",line="L1"}': 40.5,
    'sangam_circuit_load_amps{circuit="grid",line="L2"}': 0,
    'sangam_circuit_reserved_amps{circuit="grid",line="L1"}': 48,
    'sangam_circuit_reserved_amps{circuit="grid",line="L2"}': 48,
    'sangam_circuit_reserved_amps{circuit="grid",line="L3"}': 48,
    'sangam_meter_age_seconds{meter="main"}': 1.5,
    "sangam_chargers_drifted": 2,
    'sangam_faults_standing{severity="alarm"}': 1,
    'sangam_faults_standing{severity="warning"}': 2,
    'sangam_faults_standing{severity="info"}': 0,
  });
});

Deno.test("each scrape is asked for anew, and what nobody measures any more is gone, never zero", async () => {
  const { scrape, set } = bench();
  await scrape();
  set({
    csmsConnected: false,
    ledgerTrouble: true,
    diskFreeBytes: 5_000,
    evses: [{ slot: 1, isConnected: true, offeredAmps: null, powerW: null, energyWh: 6_000 }],
    meters: [{ id: "main", ageMs: null }],
  });
  const samples = await scrape();
  assertEquals(samples.get("sangam_csms_connected"), 0);
  assertEquals(samples.get("sangam_ledger_trouble"), 1);
  assertEquals(samples.get('sangam_evse_energy_watt_hours{slot="1"}'), 6_000);
  assertEquals(samples.has('sangam_evse_power_watts{slot="1"}'), false);
  assertEquals(samples.has('sangam_meter_age_seconds{meter="main"}'), false);
});

Deno.test("frames are counted by side and direction, and name no charger", async () => {
  const { events, scrape } = bench();
  const frame = { atWallMs: 0, text: "[]" };
  for (const peer of ["CP1", "CP2", "csms"]) {
    events.emit("message", { ...frame, peer, direction: "in" });
  }
  events.emit("message", { ...frame, peer: "csms", direction: "out" });
  const samples = await scrape();
  assertEquals(samples.get('sangam_messages_total{side="chargers",direction="in"}'), 2);
  assertEquals(samples.get('sangam_messages_total{side="csms",direction="in"}'), 1);
  assertEquals(samples.get('sangam_messages_total{side="csms",direction="out"}'), 1);
  assertEquals([...samples.keys()].filter((name) => name.includes("CP1")), []);
});

Deno.test("faults are counted when they are raised, not when they are over", async () => {
  const { events, scrape } = bench();
  const fault = { kind: "meter-lost", severity: "alarm", subject: "main", text: "" } as const;
  events.emit("fault", { ...fault, state: "raised" });
  events.emit("fault", { ...fault, state: "over" });
  events.emit("fault", { ...fault, state: "raised" });
  const samples = await scrape();
  assertEquals(samples.get('sangam_faults_total{kind="meter-lost"}'), 2);
});

Deno.test("a charger that names ever new faults takes no memory for ever: those beyond count together", async () => {
  const { events, scrape } = bench();
  const fault = { severity: "warning", subject: "slot 1", text: "", state: "raised" } as const;
  for (let number = 0; number < 1_000; number++) {
    events.emit("fault", { ...fault, kind: `charger-own-${number}` });
  }
  events.emit("fault", { ...fault, kind: "charger-own-7" });
  const samples = await scrape();
  assertEquals(samples.get('sangam_faults_total{kind="other"}'), 900);
  assertEquals(samples.get('sangam_faults_total{kind="charger-own-7"}'), 2);
  assertEquals(
    [...samples.keys()].filter((name) => name.startsWith("sangam_faults_total")).length,
    101,
  );
});

Deno.test("two gateways in one process do not share their metrics", async () => {
  const one = bench();
  const other = bench();
  other.set({ chargersConnected: 1 });
  assertEquals((await one.scrape()).get("sangam_chargers_connected"), 6);
  assertEquals((await other.scrape()).get("sangam_chargers_connected"), 1);
});

Deno.test("decisions are counted by what was asked, what was said and who decided, never by token", async () => {
  const { events, scrape } = bench();
  const decision = {
    atWallMs: 0,
    chargerId: "CP1",
    slot: 1,
    token: "ASHA",
    what: "start",
    status: "Accepted",
    source: "list",
    reason: "accepted by the local list",
    waitedMs: 0,
  } as const;
  events.emit("decision", decision);
  events.emit("decision", decision);
  events.emit("decision", { ...decision, what: "stop", status: "Invalid", source: "site-rule" });
  const counted = [...await scrape()].filter(([name]) => name.startsWith("sangam_decisions"));
  assertEquals(Object.fromEntries(counted), {
    'sangam_decisions_total{what="start",status="Accepted",source="list"}': 2,
    'sangam_decisions_total{what="stop",status="Invalid",source="site-rule"}': 1,
  });
});

Deno.test("limits written to chargers are counted by slot, and told as they are at each scrape", async () => {
  const metrics = createMetrics(createEvents<SiteEvents>(() => {}), () => READING);
  for (let scrape = 0; scrape < 2; scrape++) {
    const text = await metrics.text();
    assertEquals(/^sangam_profile_writes_total\{slot="3"\} 42$/m.test(text), true, text);
  }
});

Deno.test("what chargers do their own way is counted by quirk, and by nothing that has no end", async () => {
  const { events, scrape } = bench();
  events.emit("quirk", { chargerId: "CP1", quirk: "spelling", times: 3 });
  events.emit("quirk", { chargerId: "CP2", quirk: "spelling", times: 1 });
  events.emit("quirk", { chargerId: "CP2", quirk: "pause", times: 1 });
  const counted = [...await scrape()].filter(([name]) => name.startsWith("sangam_quirks_total"));
  assertEquals(counted, [
    ['sangam_quirks_total{quirk="spelling"}', 4],
    ['sangam_quirks_total{quirk="pause"}', 1],
  ]);
});

Deno.test("quirks are counted on from what was counted in other runs", async () => {
  const { events, scrape } = bench(new Map([["spelling", 7], ["pause", 2]]));
  events.emit("quirk", { chargerId: "CP1", quirk: "spelling", times: 3 });
  const samples = await scrape();
  assertEquals(samples.get('sangam_quirks_total{quirk="spelling"}'), 10);
  assertEquals(samples.get('sangam_quirks_total{quirk="pause"}'), 2);
});

Deno.test("the clock is told while it can be trusted, and while not", async () => {
  const { set, scrape } = bench();
  assertEquals((await scrape()).get("sangam_clock_trusted"), 1);
  set({ clockTrusted: false });
  assertEquals((await scrape()).get("sangam_clock_trusted"), 0);
});

Deno.test("the Grafana dashboard asks for nothing that is not told", async () => {
  const events = createEvents<SiteEvents>(() => {});
  const text = await createMetrics(events, () => ({ ...READING, diskFreeBytes: 1 })).text();
  const told = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name));
  const dashboard = await Deno.readTextFile(new URL("grafana/sangam.json", import.meta.url));
  const asked = [...dashboard.matchAll(/sangam_\w+/g)].map(([name]) => name);
  assertEquals(new Set(asked).size > 15, true);
  const isTold = (name: string) => told.has(name) || told.has(name.replace(/_bucket$/, ""));
  assertEquals(asked.filter((name) => !isTold(name)), []);
  const important = [...told].filter((name) => COUNTED_AS_IT_RUNS.test(name));
  const missing = important.filter((name) => !asked.some((each) => each.startsWith(name)));
  assertEquals(missing, []);
});

Deno.test("the Grafana dashboard is whole: ids once, each panel on its data source, in the grid", async () => {
  const { panels, uid, templating } = JSON.parse(
    await Deno.readTextFile(new URL("grafana/sangam.json", import.meta.url)),
  );
  const ids = panels.map((panel: { readonly id: number }) => panel.id);
  assertEquals(new Set(ids).size, panels.length);
  assertEquals([uid, templating.list.length], ["sangam-site", 2]);
  for (const { gridPos, targets, datasource } of panels) {
    assert(gridPos.x + gridPos.w <= 24);
    assertEquals(datasource.uid, "${datasource}");
    assert(targets.length > 0);
  }
});

Deno.test("the README describes nothing that is not told", async () => {
  const text = await createMetrics(createEvents<SiteEvents>(() => {}), () => READING).text();
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const named = [...readme.matchAll(/`(sangam_\w+)`/g)].map(([, name = ""]) => name);
  assert(named.length > 8);
  assertEquals(named.filter((name) => !text.includes(`# TYPE ${name} `)), []);
});

Deno.test("a machine that does not say what it writes has no such number, not zero", async () => {
  const { set, scrape } = bench();
  set({ bytesWritten: null });
  assertEquals((await scrape()).has("sangam_bytes_written_total"), false);
  set({ bytesWritten: 512 });
  await scrape();
  assertEquals((await scrape()).get("sangam_bytes_written_total"), 512);
});
