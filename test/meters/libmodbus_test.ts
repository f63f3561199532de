import { assertEquals } from "@std/assert";
import { assume } from "../../src/lib/assert.ts";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { loadMeterProfile } from "../../src/meters/meter_profile_io.ts";
import { createMeters } from "../../src/meters/meters_io.ts";
import { hearMeter } from "../support/meters.ts";
import { LIBMODBUS, startLibmodbus } from "../support/libmodbus.ts";
import { serverTest } from "../support/required_server.ts";

/*
 * Registers as the makers' lists have them, written down here word by word and served by libmodbus:
 * neither the encoding nor the server is ours.
 */

interface Case {
  readonly profile: string;
  readonly functionCode: 3 | 4;
  /** By address; what is not here is 0. */
  readonly words: Readonly<Record<number, number>>;
}

/** IEEE 754: 230.5 is 0x43668000, 16.5 is 0x41840000, -3696 is 0xC5670000, 50 is 0x42480000. */
const CASES: readonly Case[] = [
  {
    profile: "siemens-pac3200",
    functionCode: 3,
    words: {
      ...{ 1: 0x4366, 2: 0x8000, 3: 0x4366, 4: 0x8000, 5: 0x4366, 6: 0x8000 },
      ...{ 13: 0x4184, 25: 0xc567, 55: 0x4248, 65: 0xc567 },
      // 123456 Wh as a double: 0x40FE240000000000.
      ...{ 801: 0x40fe, 802: 0x2400 },
    },
  },
  {
    profile: "carlo-gavazzi-em24-e1",
    functionCode: 4,
    words: {
      // 2305 and 16500 and -36960, the lower word first.
      ...{ 0: 2305, 2: 2305, 4: 2305, 12: 16_500, 18: 0x6fa0, 19: 0xffff, 40: 0x6fa0, 41: 0xffff },
      ...{ 51: 500, 52: 1_235, 53: 0 },
    },
  },
  {
    profile: "janitza-umg96-b23",
    functionCode: 3,
    words: {
      ...{ 19000: 0x4366, 19001: 0x8000, 19002: 0x4366, 19003: 0x8000 },
      ...{ 19004: 0x4366, 19005: 0x8000, 19012: 0x4184, 19020: 0xc567, 19026: 0xc567 },
      // 123456 is 0x47F12000.
      ...{ 19050: 0x4248, 19068: 0x47f1, 19069: 0x2000 },
    },
  },
  {
    profile: "phoenix-eem",
    functionCode: 3,
    words: {
      // The lower word first.
      ...{ 32774: 0x8000, 32775: 0x4366, 32776: 0x8000, 32777: 0x4366 },
      ...{ 32778: 0x8000, 32779: 0x4366, 32781: 0x4248, 32783: 0x4184 },
      ...{ 32791: 0xc567, 32799: 0xc567, 33024: 0x2000, 33025: 0x47f1 },
    },
  },
];

for (const { profile: id, functionCode, words } of CASES) {
  serverTest(
    LIBMODBUS,
    `${id} is read from a libmodbus server, raw register by raw register`,
    async () => {
      const image = new Map(Object.entries(words).map(([at, word]) => [Number(at), word]));
      await using server = await startLibmodbus(image, functionCode);
      const profile = await loadMeterProfile(id, "/nowhere");
      assume(profile.ok, `${id} is shipped`);
      const spawn = createSpawner(() => {});
      const [meter] = createMeters(
        [{
          driver: "modbus-tcp",
          id,
          role: "grid",
          host: "127.0.0.1",
          port: server.port,
          profile: profile.value,
          intervalMs: 20,
        }],
        createSystemClock(),
        () => {},
        spawn,
      );
      const heard = hearMeter();
      meter?.start(heard);
      await heard.until(({ samples, refusals }) => samples.length + refusals.length > 0);
      await meter?.stop();
      await spawn.drain();
      const [sample] = heard.samples;
      assertEquals(heard.refusals, []);
      assertEquals(sample?.voltagesV, { L1: 230.5, L2: 230.5, L3: 230.5 });
      assertEquals(sample?.currentsAmps, { L1: -16.5, L2: 0, L3: 0 });
      assertEquals(sample?.powersW, { L1: -3_696, L2: 0, L3: 0 });
      assertEquals([sample?.totalPowerW, sample?.frequencyHz], [-3_696, 50]);
      assertEquals(sample?.importWh, id.startsWith("carlo") ? 123_500 : 123_456);
    },
  );
}
