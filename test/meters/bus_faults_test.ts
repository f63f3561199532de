import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createSpawner } from "../../src/lib/spawn.ts";
import { createVirtualClock } from "../../src/lib/virtual_clock.ts";
import { createPolledMeter } from "../../src/meters/_modbus_poller.ts";
import { createTurns } from "../../src/meters/_modbus_turns.ts";
import { rtuFrame, rtuRequest } from "../../src/meters/modbus_rtu_frame.ts";
import { byteMs, COMMON_SERIAL, type MeterProfile, silenceMs } from "../../src/meters/mod.ts";
import { joined } from "../../src/meters/_byte_stream.ts";
import { failure, hearMeter, testProfile } from "../support/meters.ts";
import { GOOD_REGISTERS } from "../support/modbus_meters.ts";
import {
  createRtuBus,
  rtuAnswer,
  type RtuBus,
  type RtuRequest,
  type RtuUnit,
} from "../support/rtu_bus.ts";

const TIMING = { byteMs: byteMs(COMMON_SERIAL), silenceMs: silenceMs(COMMON_SERIAL), gapMs: 50 };

/** A profile of one long read: four such meters fill three quarters of a bus at 9600 baud. */
const LONG: MeterProfile = testProfile({
  maxGap: 60,
  registers: [
    ...testProfile().registers,
    { quantity: "energy_import_total", address: 60, type: "uint32", scale: 1, unit: "Wh" },
  ],
});

/** Meters with these unit numbers on one bus at 9600 baud, each asked once a second. */
function busWith(
  units: ReadonlyMap<number, RtuUnit>,
  asked: readonly number[],
  profile: MeterProfile = testProfile(),
  timeoutMs = 500,
) {
  const clock = createVirtualClock();
  const spawn = createSpawner(() => {});
  const bus: RtuBus = createRtuBus(clock, TIMING, units);
  const line = createTurns(
    {
      address: "/dev/ttyUSB0",
      users: asked.length,
      requestSpacingMs: 0,
      silencesBeforeReconnect: 0,
      restAfterSilenceMs: 1_000,
    },
    bus.open,
    clock,
  );
  const heard = asked.map(() => hearMeter());
  const meters = asked.map((unit) =>
    createPolledMeter(
      {
        id: `m${unit}`,
        role: "grid",
        unit,
        profile,
        readTimeoutMs: timeoutMs,
        mainFuseAmps: 100,
        frozenAfterReadings: 0,
      },
      line,
      clock,
      () => {},
      spawn,
    )
  );
  meters.forEach((meter, index) => meter.start(heard[index] ?? hearMeter()));
  return {
    clock,
    bus,
    of: (index: number) => heard[index] ?? hearMeter(),
    async [Symbol.asyncDispose]() {
      const stopped = Promise.all(meters.map((meter) => meter.stop()));
      await clock.advance(0);
      await stopped;
      await spawn.drain();
    },
  };
}

const good = (unit: number): RtuUnit => (request) =>
  rtuAnswer(unit, request, (address) => GOOD_REGISTERS[address] ?? 0);

/** A unit that says the first thing once, and answers well from then on. */
function once(unit: number, first: RtuUnit): RtuUnit {
  let asked = 0;
  return (request) => ++asked === 2 ? first(request) : good(unit)(request);
}

const answerOf = (request: RtuRequest) => good(1)(request) ?? new Uint8Array();
const registers = (...words: readonly number[]): RtuUnit => (request) =>
  rtuAnswer(1, request, (address) => words[address] ?? 0);

interface Fault {
  readonly name: string;
  readonly says: RtuUnit;
  /** The reason that is counted and shown; null for silence, which is no answer to refuse. */
  readonly refused: string | null;
}

const FROM = "from unit 1 of /dev/ttyUSB0";

const TABLE: readonly Fault[] = [
  { name: "silence", says: () => null, refused: null },
  {
    name: "an exception",
    says: () => rtuFrame(1, [0x84, 2]),
    refused: `Modbus exception 2 (illegal address) at 0 ${FROM}`,
  },
  {
    name: "a busy meter",
    says: () => rtuFrame(1, [0x84, 6]),
    refused: `Modbus exception 6 (device busy) at 0 ${FROM}`,
  },
  {
    name: "a wrong check sum",
    says: (request) => answerOf(request).with(5, 0xee),
    refused: `an answer with a wrong check sum ${FROM}`,
  },
  {
    name: "a frame cut off",
    says: (request) => answerOf(request).subarray(0, 9),
    refused: `an answer cut off after 9 of 17 bytes ${FROM}`,
  },
  {
    name: "a shorter frame than asked for",
    says: (request) => good(1)({ ...request, count: 3 }),
    refused: `an answer of 6 bytes (declared: 6) instead of 12 ${FROM}`,
  },
  {
    name: "an answer of another unit",
    says: (request) => good(7)(request),
    refused: "answer of the wrong unit: 7 instead of unit 1 of /dev/ttyUSB0",
  },
  {
    name: "an answer to another function",
    says: (request) => good(1)({ ...request, functionCode: 3 }),
    refused: `an answer to function 3 ${FROM}`,
  },
  {
    name: "noise of another speed",
    says: () => Uint8Array.from({ length: 12 }, (_, index) => (index * 37) | 0x80),
    refused: `12 bytes that are no Modbus RTU ${FROM}`,
  },
  {
    name: "two meters of one number at once",
    says: (request) => answerOf(request).map((byte) => byte & 0x5f),
    refused: `an answer with a wrong check sum ${FROM}`,
  },
  {
    name: "no value for a current",
    says: registers(2301, 2310, 2299, 0xffff, 0, 5),
    refused: "the meter gives no value for current_l1",
  },
  {
    name: "a current of more than three times the main fuse",
    says: registers(2301, 2310, 2299, 3_001, 0, 5),
    refused: "current L1 of 300.1 A is more than 3 times the main fuse of 100 A",
  },
  {
    name: "a voltage that no mains has",
    says: registers(2301, 9_999, 2299, 160, 0, 5),
    refused: "voltage L2 of 999.9 is outside 80 to 300",
  },
];

for (const { name, says, refused } of TABLE) {
  Deno.test(`${name} on the bus is refused and counted, is never a number, and heals`, async () => {
    await using site = busWith(new Map([[1, once(1, says)]]), [1]);
    const heard = site.of(0);
    await site.clock.advance(999);
    assertEquals(heard.samples.length, 1);
    await site.clock.advance(1_000);
    assertEquals(heard.samples.length, 1, "the round gives no sample, and no zeros");
    assertEquals(heard.refusals, refused === null ? [] : [refused]);
    assertEquals(heard.current().kind, "good", "one fault is forgiven");
    await site.clock.advance(2_000);
    assert(heard.samples.length >= 2, `${heard.samples.length} samples`);
    assertEquals(heard.samples.at(-1)?.currentsAmps, { L1: 16, L2: 0, L3: 0.5 });
    assertEquals(site.bus.opened(), 1, "the port stays open");
  });

  Deno.test(`${name} that lasts fails the meter, with its reason`, async () => {
    await using site = busWith(new Map([[1, says]]), [1]);
    await site.clock.advance(5_000);
    const reason = refused ?? "no answer from /dev/ttyUSB0 (unit 1)";
    assertEquals(failure(site.of(0).current()), reason);
    assertEquals(site.of(0).samples, []);
  });
}

Deno.test("an echo, noise before the answer and another's answer before it do no harm", async () => {
  const read = { unit: 1, functionCode: 4, address: 0, count: 6 } as const;
  const before: readonly Uint8Array[] = [
    rtuRequest(read),
    Uint8Array.of(0),
    good(9)(read) ?? new Uint8Array(),
  ];
  for (const each of before) {
    await using site = busWith(new Map([[1, (request) => joined(each, answerOf(request))]]), [1]);
    await site.clock.advance(2_999);
    assertEquals([site.of(0).samples.length, site.of(0).refusals], [3, []]);
  }
});

Deno.test("a pulled adapter is named, and its meters are back within seconds", async () => {
  await using site = busWith(new Map([[1, good(1)], [2, good(2)]]), [1, 2]);
  await site.clock.advance(3_999);
  site.bus.setPlugged(false);
  await site.clock.advance(10_000);
  for (const index of [0, 1]) {
    assertEquals(failure(site.of(index).current()), "there is no /dev/ttyUSB0");
  }
  const before = site.of(1).samples.length;
  site.bus.setPlugged(true);
  await site.clock.advance(11_000);
  assert(site.of(1).samples.length > before);
  assertEquals(site.of(0).current().kind, "good");
  assertEquals(site.bus.opened(), 2);
});

/** Four meters on one bus, one of them with a fault, for ten minutes: samples of the other three. */
async function neighbours(fourth: RtuUnit | null): Promise<readonly number[]> {
  const units = new Map([1, 2, 3].map((unit) => [unit, good(unit)]));
  if (fourth !== null) units.set(4, fourth);
  await using site = busWith(units, [1, 2, 3, 4], LONG, 1_000);
  await site.clock.advance(600_000);
  return [0, 1, 2].map((index) => site.of(index).samples.length);
}

Deno.test("a dead meter costs its neighbours no more than a sample in ten", async () => {
  const whole = await neighbours(good(4));
  const beside = await neighbours(null);
  for (const [index, count] of whole.entries()) {
    assert(count >= 599, `${count} samples in 600 s`);
    const lost = 1 - (beside[index] ?? 0) / count;

    assert(lost <= 0.1, `${(100 * lost).toFixed(1)} % lost`);
  }
});

Deno.test("nor does one that garbles each of its answers, or only ever says exceptions", async () => {
  for (
    const says of [
      (request: RtuRequest) => answerOf(request).with(5, 0xee),
      () => rtuFrame(4, [0x84, 6]),
    ]
  ) {
    for (const count of await neighbours(says)) assert(count >= 540, `${count} samples in 600 s`);
  }
});

Deno.test("a dead meter that is back is read again within half a minute", async () => {
  let isDead = true;
  const fourth: RtuUnit = (request) => isDead ? null : good(4)(request);
  await using site = busWith(new Map([[1, good(1)], [4, fourth]]), [1, 4]);
  await site.clock.advance(120_000);
  assertStringIncludes(failure(site.of(1).current()) ?? "", "no answer from /dev/ttyUSB0 (unit 4)");
  isDead = false;
  await site.clock.advance(30_000);
  assert(site.of(1).samples.length > 0);
});

Deno.test("requests on a bus never overlap, and each meter has its turn", async () => {
  const order: number[] = [];
  const watched = (unit: number): RtuUnit => (request) => {
    order.push(unit);
    return good(unit)(request);
  };
  const units = [1, 2, 3, 4];
  await using site = busWith(new Map(units.map((unit) => [unit, watched(unit)])), units, LONG);
  await site.clock.advance(10_000);
  assertEquals(order.slice(0, 40), Array.from({ length: 40 }, (_, index) => units[index % 4]));
  assertEquals(site.bus.overlaps(), 0);
});
