import { assert, assertGreater } from "@std/assert";
import { sleep } from "../../src/lib/clock.ts";
import { remark } from "../support/remark.ts";
import { openRealSite, type RealSite } from "./real_site.ts";

const SEED = 20_260_110;
/** Chargers give up after 2.5 s of silence, the CSMS after 4 s, the gateway's own calls after 2 s. */
const SILENCE_MAX_MS = 4_000;
const HANG_MS = 9_000;
const SETTLE_MS = 30_000;

/** SIGSTOP, until everybody has given the gateway up and some time more, and SIGCONT. */
async function hang(site: RealSite): Promise<void> {
  const beganMs = site.clock.monoMs();
  site.gateway().signal("SIGSTOP");
  await site.until(
    "everybody gives the gateway up",
    () => site.online() === 0 && !site.csms.isConnected() || null,
    HANG_MS,
  );
  // Chargers dial meanwhile: the kernel takes their connections, and nobody answers.
  await sleep(site.clock, HANG_MS - (site.clock.monoMs() - beganMs));
  site.gateway().signal("SIGCONT");
}

Deno.test("a gateway that hung goes on where it was, though everybody had given it up", async () => {
  const site = await openRealSite({ seed: SEED, silenceMaxMs: SILENCE_MAX_MS });
  const over = new AbortController();
  const driving = site.drive(over.signal);
  try {
    await site.start();
    await site.until("the CSMS hears of a session", () => site.heard.messageIds().size > 0 || null);
    await hang(site);
    const beganMs = site.clock.monoMs();
    await site.until(
      "everybody is connected again",
      () => site.online() === site.chargers.length && site.csms.isConnected() || null,
    );
    const againMs = Math.round(site.clock.monoMs() - beganMs);
    over.abort();
    await driving;
    await site.settle(SETTLE_MS);
    const findings = site.findings();
    assert(findings.length === 0, `With seed ${SEED}:\n${findings.join("\n")}`);
    assertGreater(site.answered.sessions().length, 3);
    remark(
      `everybody connected ${againMs} ms after the hang, ` +
        `whole ${Math.round(site.clock.monoMs() - beganMs)} ms after it, ` +
        `${site.heard.repetitions().length} messages repeated`,
    );
  } finally {
    over.abort();
    await driving;
    await site.close();
  }
});
