import { assertEquals } from "@std/assert";
import { chronyTracking } from "./host_clock.ts";
import { readHostClock } from "./host_clock_io.ts";

const TRACKING = "C0A80A01,192.168.10.1,3,1767601200.123456789,0.002400000,-0.000012,0.000031," +
  "-1.234,0.001,0.012,0.000456,0.000789,64.2,Normal";
const NOW_MS = Date.UTC(2026, 0, 5, 8);
const MINUTE_MS = 60_000;

/** Reads what two files say; null: there is none. */
async function read(
  files: { readonly chrony?: string; readonly timesyncd?: string },
  agedMs = MINUTE_MS,
) {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      const at = new Date(NOW_MS - agedMs);
      await Deno.utime(`${folder}/${name}`, at, at);
    }
    const paths = { chrony: `${folder}/chrony`, timesyncd: `${folder}/timesyncd` };
    return await readHostClock(NOW_MS, paths);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("chrony says whether the machine is synchronized, and how far it is off", async () => {
  assertEquals(await read({ chrony: `${TRACKING}\n`, timesyncd: "" }), {
    service: "chrony",
    isSynchronized: true,
    seenAtMs: NOW_MS - MINUTE_MS,
    offsetMs: 2,
  });
  const lost = TRACKING.replace("Normal", "Not synchronised");
  assertEquals((await read({ chrony: lost }))?.isSynchronized, false);
  assertEquals((await read({ chrony: TRACKING }, 6 * MINUTE_MS))?.isSynchronized, false, "stale");
});

Deno.test("systemd-timesyncd says it by touching a file", async () => {
  assertEquals(await read({ timesyncd: "" }), {
    service: "systemd-timesyncd",
    isSynchronized: true,
    seenAtMs: NOW_MS - MINUTE_MS,
    offsetMs: null,
  });
  assertEquals((await read({ timesyncd: "" }, 200 * MINUTE_MS))?.isSynchronized, false);
});

Deno.test("a machine of which no time service says anything, or nonsense, is not called synchronized", async () => {
  assertEquals(await read({}), null);
  for (const text of ["", "506 Cannot talk to daemon", TRACKING.repeat(20), `${TRACKING},x`]) {
    assertEquals(await read({ chrony: text }), null, text);
  }
  for (const wrong of ["now", "1e3", ""]) {
    assertEquals(chronyTracking(TRACKING.replace("0.002400000", wrong)), null, wrong);
  }
});
