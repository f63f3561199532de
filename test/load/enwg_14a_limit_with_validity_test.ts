/**
 * A grid operator dims charging for a while (§14a EnWG, OpenADR), as people enter it today: a limit on each
 * EVSE with an end. It holds within seconds, through a restart of the gateway, and ends by itself.
 */
import { assert, assertEquals } from "@std/assert";
import { openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

const COUNT = 4;
const MINUTES = 8;

Deno.test("§14a: a limit with an end holds within 15 s, through a restart, and is over when it is over", async () => {
  const site = await openLoadSite({
    circuits: [{ id: "grid", limitAmps: 80, worstAmps: 30, substituteAmps: 20 }],
    chargers: chargers(COUNT),
  });
  site.house("grid", 10);
  for (let n = 1; n <= COUNT; n++) site.plug(n, undefined, { timeLapse: 0.01 });
  await site.pass(180);
  assert(site.offers().every((amps) => amps >= 16), `before: ${site.offers()}`);
  // 4.2 kW for each on three phases.
  const outcomes = Array.from(
    { length: COUNT },
    (_, index) => site.gateway().web.commands.limit(index + 1, 6, MINUTES, "grid operator"),
  );
  await site.pass(15);
  for (const outcome of outcomes) assertEquals((await outcome).kind, "accepted");
  assertEquals(site.offers(), [6, 6, 6, 6]);
  site.kill();
  await site.pass(20);
  await site.start();
  await site.pass((MINUTES * 60) - 15 - 20 - 10, () => {
    assert(site.offers().every((amps) => amps <= 6), `while it holds: ${site.offers()}`);
  });
  await site.pass(120);
  assert(site.offers().every((amps) => amps >= 16), `after: ${site.offers()}`);
  await site.end();
});
