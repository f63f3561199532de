import { Counter, Gauge, Registry } from "prom-client";
import type { Events } from "../lib/events.ts";
import { countRunning } from "./_running_metrics.ts";
import { LINES, type PerLine, type Quirk, type SiteEvents, type SiteFault } from "../site/mod.ts";

/** The state of the gateway at the moment of a scrape. */
export interface MetricsReading {
  readonly chargersConnected: number;
  readonly csmsConnected: boolean;
  readonly outboxRows: number;
  readonly outboxOldestSeconds: number;
  readonly deadLetters: number;
  readonly outboxClasses: readonly {
    readonly name: string;
    readonly rows: number;
    readonly bytes: number;
  }[];
  /** Readings that the CSMS never hears of, since the gateway started, by why. */
  readonly readingsDropped: { readonly thinned: number; readonly forRoom: number };
  readonly ledgerTrouble: boolean;
  /** False while the machine's time cannot be. */
  readonly clockTrusted: boolean;
  readonly evses: readonly {
    readonly slot: number;
    readonly isConnected: boolean;
    readonly offeredAmps: number | null;
    readonly powerW: number | null;
    readonly energyWh: number | null;
  }[];
  /** Faults that stand, by severity. */
  readonly standingFaults: Readonly<Record<SiteFault["severity"], number>>;
  /** Chargers that are set otherwise than site.yaml wants. */
  readonly chargersDrifted: number;
  readonly circuits: readonly {
    readonly id: string;
    readonly limitAmps: number;
    readonly loadAmps: PerLine<number | null>;
    readonly reservedAmps: PerLine;
  }[];
  readonly meters: readonly { readonly id: string; readonly ageMs: number | null }[];
  /** Limits written to each EVSE since the gateway started. */
  readonly profileWrites: readonly { readonly slot: number; readonly total: number }[];
  readonly memoryBytes: number;
  /** What the program has written to disks since it started, by the kernel's account; null: unknown. */
  readonly bytesWritten: number | null;
  /** The longest that the program was late for anything in the last minute. */
  readonly loopLagMs: number;
  /** Null where nobody knows. */
  readonly diskFreeBytes: number | null;
}

/** Metrics for Prometheus. Labels are slots, circuits and meters: never tokens or identities. */
export interface Metrics {
  text(): Promise<string>;
}

/** Chargers name faults of their own: those beyond are counted together, for a name is kept for ever. */
const FAULT_KINDS_MAX = 100;

/**
 * Creates the metrics; `read` is asked at each scrape. `counted`: the quirks that were counted before,
 * in other runs too.
 */
export function createMetrics(
  events: Events<SiteEvents>,
  read: () => MetricsReading,
  counted: ReadonlyMap<Quirk, number> = new Map(),
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `sangam_${name}`, help, labelNames, registers });
  const messages = new Counter({
    name: "sangam_messages_total",
    help: "OCPP frames by side and direction",
    labelNames: ["side", "direction"],
    registers,
  });
  const faults = new Counter({
    name: "sangam_faults_total",
    help: "Faults raised, by kind",
    labelNames: ["kind"],
    registers,
  });
  const standing = gauge("faults_standing", "Faults that stand now, by severity", ["severity"]);
  const drifted = gauge("chargers_drifted", "Chargers set otherwise than site.yaml wants");
  const quirks = new Counter({
    name: "sangam_quirks_total",
    help: "What chargers did their own way and was put up with, by quirk",
    labelNames: ["quirk"],
    registers,
  });
  const decisions = new Counter({
    name: "sangam_decisions_total",
    help: "Decisions about tokens, by what was asked, what was said and who decided",
    labelNames: ["what", "status", "source"],
    registers,
  });
  const connected = gauge("chargers_connected", "Chargers with a live connection");
  const evseConnected = gauge("charger_connected", "1 while the charger of a slot is connected", [
    "slot",
  ]);
  const csms = gauge("csms_connected", "1 while the CSMS is connected");
  const rows = gauge("outbox_rows", "Records that wait for the CSMS");
  const oldest = gauge("outbox_oldest_seconds", "Age of the oldest record that waits");
  const dead = gauge("outbox_dead_letters", "Records that wait for an operator");
  const classRows = gauge("outbox_class_rows", "Records that wait, by class", ["class"]);
  const classBytes = gauge("outbox_class_bytes", "Bytes that wait, by class", ["class"]);
  const dropped = gauge("outbox_readings_dropped", "Readings left out since the start", ["why"]);
  const ledger = gauge("ledger_trouble", "1 while the disk refuses writes");
  const clock = gauge("clock_trusted", "0 while the machine's time cannot be");
  const memory = gauge("memory_bytes", "Resident memory");
  const diskFree = gauge("disk_free_bytes", "Room on the partition of the ledger");
  const lag = gauge("event_loop_lag_seconds", "Longest lateness within the last minute");
  const written = new Counter({
    name: "sangam_bytes_written_total",
    help: "Bytes written to disks, by the kernel's account",
    registers,
  });
  const offered = gauge("evse_offered_amps", "Limit per line", ["slot"]);
  const power = gauge("evse_power_watts", "Measured power", ["slot"]);
  const energy = gauge("evse_energy_watt_hours", "Energy of the session so far", ["slot"]);
  const limit = gauge("circuit_limit_amps", "Limit per line", ["circuit"]);
  const load = gauge("circuit_load_amps", "Measured current", ["circuit", "line"]);
  const reserved = gauge("circuit_reserved_amps", "What chargers may draw", ["circuit", "line"]);
  const meterAge = gauge("meter_age_seconds", "Age of the last reading", ["meter"]);

  const profileWrites = new Counter({
    name: "sangam_profile_writes_total",
    help: "Limits written to chargers: each may wear their memory",
    labelNames: ["slot"],
    registers,
  });

  events.on("message", ({ peer, direction }) => {
    messages.inc({ side: peer === "csms" ? "csms" : "chargers", direction });
  });
  for (const [quirk, count] of counted) quirks.inc({ quirk }, count);
  events.on("quirk", ({ quirk, times }) => quirks.inc({ quirk }, times));
  const kinds = new Set<string>();
  events.on("fault", ({ kind, state }) => {
    if (state !== "raised") return;
    const isCounted = kinds.has(kind) || kinds.size < FAULT_KINDS_MAX;
    if (isCounted) kinds.add(kind);
    faults.inc({ kind: isCounted ? kind : "other" });
  });

  countRunning(events, registers);
  events.on("decision", ({ what, status, source }) => decisions.inc({ what, status, source }));

  function take(now: MetricsReading): void {
    connected.set(now.chargersConnected);
    csms.set(now.csmsConnected ? 1 : 0);
    rows.set(now.outboxRows);
    oldest.set(now.outboxOldestSeconds);
    dead.set(now.deadLetters);
    for (const [severity, count] of Object.entries(now.standingFaults)) {
      standing.set({ severity }, count);
    }
    drifted.set(now.chargersDrifted);
    for (const each of now.outboxClasses) {
      classRows.set({ class: each.name }, each.rows);
      classBytes.set({ class: each.name }, each.bytes);
    }
    dropped.set({ why: "thinned" }, now.readingsDropped.thinned);
    dropped.set({ why: "no_room" }, now.readingsDropped.forRoom);
    ledger.set(now.ledgerTrouble ? 1 : 0);
    clock.set(now.clockTrusted ? 1 : 0);
    if (now.diskFreeBytes === null) diskFree.remove();
    else diskFree.set(now.diskFreeBytes);
    memory.set(now.memoryBytes);
    lag.set(now.loopLagMs / 1000);
    written.reset();
    if (now.bytesWritten === null) written.remove();
    else written.inc(now.bytesWritten);
    evseConnected.reset();
    for (const { slot, isConnected, offeredAmps, powerW, energyWh } of now.evses) {
      evseConnected.set({ slot }, isConnected ? 1 : 0);
      setOrRemove(offered, { slot }, offeredAmps);
      setOrRemove(power, { slot }, powerW);
      setOrRemove(energy, { slot }, energyWh);
    }
    for (const circuit of now.circuits) {
      limit.set({ circuit: circuit.id }, circuit.limitAmps);
      for (const line of LINES) {
        setOrRemove(load, { circuit: circuit.id, line }, circuit.loadAmps[line]);
        reserved.set({ circuit: circuit.id, line }, circuit.reservedAmps[line]);
      }
    }
    profileWrites.reset();
    for (const { slot, total } of now.profileWrites) profileWrites.inc({ slot }, total);
    for (const { id, ageMs } of now.meters) {
      setOrRemove(meterAge, { meter: id }, ageMs === null ? null : ageMs / 1000);
    }
  }

  return {
    async text() {
      take(read());
      return await registry.metrics();
    },
  };
}

/** A value that nobody measures is absent, never zero. */
function setOrRemove(
  gauge: Gauge,
  labels: Record<string, string | number>,
  value: number | null,
): void {
  if (value === null) gauge.remove(labels);
  else gauge.set(labels, value);
}
