import { assertEquals } from "@std/assert";
import { loadValidator } from "../../ocpp/messages/mod.ts";
import { after, profile, START_MS } from "./_profile_samples.ts";
import {
  type CompositeCase,
  compositeSchedule,
  type ScheduledConnector,
} from "./composite_schedule.ts";
import type { ProfileStore } from "./profile_store.ts";
import type { ChargingProfile16 } from "./schedule.ts";

const HARDWARE = { amps: 32, phases: 3 };
const IDLE: ScheduledConnector = { connectorId: 1, hardware: HARDWARE, startedMs: null };

function store(...profiles: readonly (readonly [number, ChargingProfile16])[]): ProfileStore {
  return profiles.map(([connectorId, each]) => ({
    connectorId,
    profile: each,
    installedMs: START_MS,
  }));
}

function situation(profiles: ProfileStore, connectors = [IDLE]): CompositeCase {
  return { store: profiles, connectors, volts: 230, nowMs: START_MS };
}

/** The periods as [second, limit]. */
function periods(
  profiles: ProfileStore,
  request: Parameters<typeof compositeSchedule>[0],
  connectors = [IDLE],
) {
  const { chargingSchedule } = compositeSchedule(request, situation(profiles, connectors));
  return chargingSchedule?.chargingSchedulePeriod.map((each) => [each.startPeriod, each.limit]);
}

Deno.test("without profiles the composite schedule is what the hardware gives", async () => {
  const answer = compositeSchedule({ connectorId: 1, duration: 300 }, situation([]));
  assertEquals(answer, {
    status: "Accepted",
    connectorId: 1,
    scheduleStart: after(0),
    chargingSchedule: {
      duration: 300,
      chargingRateUnit: "A",
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 32, numberPhases: 3 }],
    },
  });
  const { strict } = await loadValidator("ocpp1.6");
  assertEquals(strict("response", "GetCompositeSchedule", answer), []);
});

Deno.test("the composite schedule shows how a running limit ends and the default takes over", () => {
  const running: ScheduledConnector = { ...IDLE, startedMs: START_MS - 60_000 };
  const limit = profile({
    chargingProfilePurpose: "TxProfile",
    duration: 120,
    startSchedule: after(-30),
    limits: [[0, 16]],
  });
  const profiles = store([1, profile({ limits: [[0, 6]] })], [1, limit]);
  const told = periods(profiles, { connectorId: 1, duration: 600 }, [running]);
  assertEquals(told, [[0, 16], [90, 6]]);
});

Deno.test("the station's limit caps a connector's schedule", () => {
  const station = profile({
    chargingProfilePurpose: "ChargePointMaxProfile",
    startSchedule: after(60),
    duration: 60,
    limits: [[0, 9]],
  });
  const profiles = store([0, station], [1, profile({ limits: [[0, 16]] })]);
  assertEquals(periods(profiles, { connectorId: 1, duration: 300 }), [[0, 16], [60, 9], [120, 16]]);
});

Deno.test("connector 0 is all connectors together, within the station's limit", () => {
  const second: ScheduledConnector = { ...IDLE, connectorId: 2, startedMs: START_MS };
  const tight = profile({
    chargingProfilePurpose: "TxProfile",
    duration: 60,
    limits: [[0, 6]],
  });
  const station = profile({
    chargingProfilePurpose: "ChargePointMaxProfile",
    limits: [[0, 50]],
  });
  const profiles = store([2, tight], [0, station]);
  const told = periods(profiles, { connectorId: 0, duration: 300 }, [IDLE, second]);
  assertEquals(told, [[0, 38], [60, 50]]);
});

Deno.test("a schedule in watts counts the phases that may be used", () => {
  const onePhase = {
    ...profile(),
    chargingSchedule: {
      chargingRateUnit: "A" as const,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 1 }],
    },
  };
  const request = { connectorId: 1, duration: 60, chargingRateUnit: "W" as const };
  assertEquals(periods([], request), [[0, 22_080]]);
  assertEquals(periods(store([1, onePhase]), request), [[0, 3_680]]);
});

Deno.test("limits are rounded down to a tenth", () => {
  const watts = profile({ chargingRateUnit: "W", limits: [[0, 7_000]] });
  assertEquals(periods(store([1, watts]), { connectorId: 1, duration: 60 }), [[0, 10.1]]);
});

Deno.test("periods that say the same are one", () => {
  const steps = profile({ limits: [[0, 10], [60, 10], [120, 8]] });
  assertEquals(periods(store([1, steps]), { connectorId: 1, duration: 300 }), [[0, 10], [120, 8]]);
});

Deno.test("an unknown connector and no time at all are refused", () => {
  const refused = { status: "Rejected" } as const;
  assertEquals(compositeSchedule({ connectorId: 3, duration: 60 }, situation([])), refused);
  assertEquals(compositeSchedule({ connectorId: 1, duration: 0 }, situation([])), refused);
});

Deno.test("a schedule is told no further ahead than a week", () => {
  const daily = profile({
    chargingProfileKind: "Recurring",
    recurrencyKind: "Daily",
    startSchedule: after(0),
    limits: [[0, 6], [3_600, 16]],
  });
  const answer = compositeSchedule(
    { connectorId: 1, duration: 2_000_000_000 },
    situation(store([1, daily])),
  );
  assertEquals(answer.chargingSchedule?.duration, 604_800);
  assertEquals(answer.chargingSchedule?.chargingSchedulePeriod.length, 14);
});

Deno.test("a relative schedule goes on from the start of the transaction that runs", () => {
  const steps = profile({ limits: [[0, 10], [90, 8]] });
  const running: ScheduledConnector = { ...IDLE, startedMs: START_MS - 60_000 };
  const request = { connectorId: 1, duration: 300 };
  assertEquals(periods(store([1, steps]), request, [running]), [[0, 10], [30, 8]]);
  assertEquals(periods(store([1, steps]), request), [[0, 10], [90, 8]]);
});
