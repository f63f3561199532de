import { assert, assertEquals } from "@std/assert";
import { remark } from "../support/remark.ts";
import { serverTest } from "../support/required_server.ts";
import { mountSmallDisk, SMALL_DISK, type SmallDisk } from "../support/small_disk.ts";
import { checkOnDisk, lookIntoLedger } from "./ledger_look.ts";
import { openRealSite, type RealSite } from "./real_site.ts";

const SEED = 20_260_111;
const SMALL_BYTES = 2 * 1_048_576;
const ROOMY_BYTES = 24 * 1_048_576;
const SETTLE_MS = 40_000;

/**
 * Fills the disk while sessions run, until the gateway has met it. First it finds room in its own
 * reserve; then that is filled too. Ends may still fit, since a log has room of its own; that all that
 * was answered is on disk is judged by the ledger and by the CSMS. Nothing begins.
 */
async function fillUp(site: RealSite, disk: SmallDisk): Promise<void> {
  await disk.fill();
  await site.until("the reserve is let go", () => isBallastGone(disk) || null, 20_000);
  await disk.fill();
  // What was on its way then has arrived by the time chargers have told something more.
  await chargersTell(site, 1);
  const starts = site.answered.starts();
  await chargersTell(site, 2);
  assertEquals(site.answered.starts(), starts, "a session began on a full disk");
}

/** Makes room, and waits until the gateway has seen it and chargers are answered. */
async function makeRoom(site: RealSite, disk: SmallDisk): Promise<void> {
  await disk.makeRoom(ROOMY_BYTES);
  const hasRoom = () =>
    site.gateway().said.findLast((line) => line.includes('"disk_space"'))?.includes("enough");
  await site.until("the gateway sees that there is room", () => hasRoom() || null, 20_000);
  await goOn(site);
}

function isBallastGone({ path }: SmallDisk): boolean {
  try {
    return Deno.statSync(`${path}/data/ballast`).size === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

async function chargersTell(site: RealSite, messages: number): Promise<void> {
  const sent = site.answered.sent();
  await site.until(
    "chargers tell something",
    () => site.answered.sent() >= sent + messages || null,
    20_000,
  );
}

async function goOn(site: RealSite): Promise<void> {
  const answers = site.answered.answers();
  await site.until(
    "chargers are answered again",
    () => site.answered.answers() >= answers + 6 || null,
    20_000,
  );
}

serverTest(
  SMALL_DISK,
  "a full disk: nothing is answered that is not written, and all goes on when there is room",
  async () => {
    await using disk = await mountSmallDisk(SMALL_BYTES);
    // From before it is filled until there is room again.
    let isFull = false;
    const site = await openRealSite({
      seed: SEED,
      dataPath: `${disk.path}/data`,
      isSparing: () => isFull,
    });
    const over = new AbortController();
    const driving = site.drive(over.signal);
    try {
      await site.start();
      await site.until("the CSMS hears", () => site.heard.messageIds().size > 0 || null);

      // Full while it runs: it survives.
      isFull = true;
      await fillUp(site, disk);
      await makeRoom(site, disk);
      isFull = false;
      await goOn(site);
      assertEquals(site.life(), 1, "it survived");

      // Full, and killed: all that was answered is there.
      isFull = true;
      await fillUp(site, disk);
      await site.kill();
      const look = await lookIntoLedger(site.home.dataPath);
      assertEquals(checkOnDisk(site.answered.sessions(), look), []);

      // Started on a disk without a single free byte it takes its chargers, and waits for room.
      await disk.fill();
      await site.start();
      await site.until("chargers are connected", () => site.online() === 3 || null, 20_000);
      // Nor does it hang when it is told to end.
      site.gateway().signal("SIGTERM");
      assertEquals((await site.gateway().ended).code, 0);
      await site.start();
      await makeRoom(site, disk);
      isFull = false;
      await goOn(site);
      assert(!site.gateway().said.some((line) => line.includes("ledger_damaged")));

      over.abort();
      await driving;
      await site.settle(SETTLE_MS);
      assertEquals(site.findings(), [], `with seed ${SEED}`);
      remark(
        `${site.answered.answers()} answers, ${site.answered.sent()} frames from chargers, ` +
          `${site.heard.repetitions().length} messages repeated`,
      );
    } finally {
      over.abort();
      await driving;
      await site.close();
    }
  },
);
