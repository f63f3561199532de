import { assert, assertEquals } from "@std/assert";
import { type Campaign, type CampaignRules, isForModel } from "../site/mod.ts";
import { CHECK_MS, HELD_MAX_MS, READY_MAX_MS, stepCampaign } from "./campaign.ts";
import { campaignOf, playChargers } from "./_campaign_for_test.ts";
import { inWaves } from "./campaign_plan.ts";

const MINUTE_MS = 60_000;
/** After a failed try so long is waited. */
const WAIT_MS = 5 * MINUTE_MS;

function bench(
  count: number,
  rules: Partial<CampaignRules> = {},
  circuits: readonly string[] = ["grid"],
) {
  let campaign = campaignOf(count, rules);
  const site = playChargers(campaign, circuits);
  let nowMs = 0;
  const look = (afterMs = 0, isDone = true) => {
    nowMs += afterMs;
    for (let turn = 0; turn < 5; turn++) {
      const step = stepCampaign(campaign, site.look(), nowMs);
      const isSame = step.campaign === campaign;
      campaign = step.campaign;
      if (!isDone) return step.effects;
      site.carryOut(step.effects);
      if (isSame && step.effects.length === 0) return [];
    }
    return [];
  };
  return {
    site,
    look,
    campaign: () => campaign,
    states: () => campaign.chargers.map(({ state }) => state).join(" "),
    reasons: () => campaign.chargers.map(({ reason }) => reason),
    tell(word: "pause" | "resume" | "cancel" | "retry") {
      campaign = stepCampaign(campaign, { kind: word }, nowMs).campaign;
    },
    install(id: string, version = "2.0") {
      site.end(id, "Installed");
      site.at(id).version = version;
      look();
    },
    fail(id: string) {
      site.end(id, "InstallationFailed");
      look();
    },
  };
}

Deno.test("waves come one after the other, each when the one before has ended", () => {
  const { look, states, install, campaign } = bench(4, { waves: [1, 2] });
  look();
  assertEquals(states(), "updating queued queued queued");
  install("CP1");
  assertEquals(states(), "done updating updating queued");
  install("CP3");
  assertEquals(states(), "done updating done queued");
  install("CP2");
  install("CP4");
  assertEquals([states(), campaign().state], ["done done done done", "over"]);
});

Deno.test("at most so many of one circuit are under way at once, those too whose version is still looked for", () => {
  const { look, states, site, install } = bench(5, { perCircuitMax: 1 }, ["a", "b"]);
  look();
  assertEquals(states(), "updating updating queued queued queued");
  site.end("CP1", "Installed");
  look();
  assertEquals(states(), "checking updating queued queued queued");
  install("CP1");
  assertEquals(states(), "done updating updating queued queued");
});

Deno.test("a charger is begun only while nobody charges, in its hours, and while it is there", () => {
  const { look, states, site } = bench(3);
  site.at("CP1").isIdle = false;
  site.at("CP2").isConnected = false;
  site.at("CP3").isTaken = true;
  look();
  assertEquals(states(), "queued queued queued");
  Object.assign(site.at("CP1"), { isIdle: true });
  site.looking.isInWindow = false;
  look();
  assertEquals(states(), "queued queued queued");
  site.looking.isInWindow = true;
  look();
  assertEquals(states(), "updating queued queued");
  Object.assign(site.at("CP2"), { isConnected: true });
  Object.assign(site.at("CP3"), { isTaken: false });
  look();
  assertEquals(states(), "updating updating updating");
});

Deno.test("without the rule a charger is begun beside a session: it waits itself for its end", () => {
  const { look, states, site } = bench(1, { onlyIdle: false });
  site.at("CP1").isIdle = false;
  look();
  assertEquals(states(), "updating");
});

Deno.test("what says that it is installed counts only when the charger says that it runs it", () => {
  const { look, states, site, reasons } = bench(2, { triesMax: 1 });
  look();
  site.end("CP1", "Installed");
  site.end("CP2", "Installed");
  look();
  assertEquals(states(), "checking checking");
  look(CHECK_MS - MINUTE_MS);
  site.at("CP1").version = "2.0";
  look();
  assertEquals(states(), "done checking");
  look(2 * MINUTE_MS);
  assertEquals([states(), reasons()[1]], ["done failed", "other-version"]);
});

Deno.test("who runs it already is done, who is another model is refused", () => {
  const { look, campaign, site } = bench(3);
  site.at("CP1").version = "2.0";
  site.at("CP2").model = "Y";
  site.chargers.delete("CP3");
  look();
  assertEquals(campaign().chargers.map(({ state, reason }) => `${state} ${reason}`), [
    "done had-it",
    "refused wrong-model",
    "refused unknown-charger",
  ]);
  assertEquals(campaign().state, "over");
});

Deno.test("a charger is tried again after a while, so often and no more", () => {
  const { look, states, fail, reasons, campaign } = bench(1, { triesMax: 2 });
  look();
  fail("CP1");
  assertEquals([states(), reasons()[0]], ["queued", "not-installed"]);
  look(WAIT_MS - 1_000);
  assertEquals(states(), "queued");
  look(1_000);
  assertEquals(states(), "updating");
  fail("CP1");
  assertEquals([states(), campaign().chargers[0]?.detail], ["failed", "no"]);
});

Deno.test("a charger that does not end in time is given up, and its order is called off", () => {
  const { look, states, site, reasons } = bench(1, { triesMax: 1, timeoutMs: 10 * MINUTE_MS });
  look();
  look(10 * MINUTE_MS);
  assertEquals(states(), "updating");
  look(1);
  assertEquals([states(), reasons()[0]], ["failed", "timed-out"]);
  assertEquals([...site.at("CP1").orders.values()].map(({ isOver }) => isOver), [true]);
});

Deno.test("too many failures stop it; what was begun goes on; a person may go on, and then new ones count", () => {
  const { look, states, fail, install, campaign, tell } = bench(6, {
    waves: [2, 2],
    triesMax: 1,
    failurePercentMax: 40,
  });
  look();
  fail("CP1");
  assertEquals(campaign().state, "stopped", "one of two");
  install("CP2");
  look(MINUTE_MS);
  assertEquals(states(), "failed done queued queued queued queued");
  tell("resume");
  look();
  assertEquals(states(), "failed done updating updating queued queued");
  fail("CP3");
  assertEquals(campaign().state, "running", "one new failure of four that were begun");
  fail("CP4");
  assertEquals(campaign().state, "stopped");
});

Deno.test("a pause begins nobody anew and lets go on who was begun", () => {
  const { look, states, install, tell } = bench(2, { waves: [1] });
  look();
  tell("pause");
  install("CP1");
  look(MINUTE_MS);
  assertEquals(states(), "done queued");
  tell("resume");
  look();
  assertEquals(states(), "done updating");
});

Deno.test("a cancelled campaign ends at once; its orders are called off", () => {
  const { look, states, site, tell, campaign, reasons } = bench(3, { waves: [1] });
  look();
  tell("cancel");
  look();
  assertEquals([states(), campaign().state], ["cancelled cancelled cancelled", "over"]);
  assertEquals(reasons(), ["cancelled-late", "cancelled", "cancelled"]);
  assertEquals([...site.at("CP1").orders.values()].map(({ isOver }) => isOver), [true]);
  tell("pause");
  assertEquals(campaign().state, "over", "nothing follows");
});

Deno.test("those that failed are tried anew when a person says so, also after the end", () => {
  const { look, states, fail, install, tell, campaign } = bench(2, { triesMax: 1 });
  look();
  fail("CP1");
  install("CP2");
  assertEquals([states(), campaign().state], ["failed done", "over"]);
  tell("retry");
  look();
  assertEquals([states(), campaign().state], ["updating done", "running"]);
  install("CP1");
  assertEquals([states(), campaign().state], ["done done", "over"]);
});

Deno.test("a charger that is never there ends by itself, from when its turn came; time on hold does not count", () => {
  const { look, states, site, tell, install, reasons } = bench(2, { waves: [1] });
  site.at("CP2").isConnected = false;
  look();
  look(50 * MINUTE_MS);
  install("CP1");
  look(READY_MAX_MS - MINUTE_MS);
  tell("pause");
  look(READY_MAX_MS);
  tell("resume");
  look(READY_MAX_MS - MINUTE_MS);
  assertEquals(states(), "done queued");
  look(2 * MINUTE_MS);
  assertEquals([states(), reasons()[1]], ["done failed", "never-ready"]);
});

Deno.test("a campaign that nobody goes on with is cancelled by itself", () => {
  const { look, tell, campaign } = bench(2);
  tell("pause");
  look(HELD_MAX_MS);
  assertEquals(campaign().state, "paused");
  look(1);
  assertEquals(campaign().state, "over");
});

Deno.test("what was to be given when the power went out is given after it, once", () => {
  const { look, states, site } = bench(1);
  const lost = look(0, false);
  assertEquals([lost, states()], [[{ kind: "give", chargerId: "CP1", attempt: 1 }], "updating"]);
  assertEquals(site.at("CP1").orders.size, 0);
  look(MINUTE_MS);
  look(MINUTE_MS);
  assertEquals([...site.at("CP1").orders.keys()], [1]);
});

Deno.test("where the CSMS was quicker the campaign steps back, and comes again later", () => {
  const { look, states, site, reasons } = bench(1);
  look(0, false);
  site.at("CP1").isTaken = true;
  look();
  assertEquals([states(), reasons()[0], site.at("CP1").orders.size], ["queued", "taken-over", 0]);
  look(WAIT_MS);
  assertEquals(states(), "queued");
  site.at("CP1").isTaken = false;
  look();
  assertEquals(states(), "updating");
});

Deno.test("an image that is gone is given to nobody", () => {
  const { look, states, site } = bench(2, { waves: [1] });
  site.looking.hasImage = false;
  look();
  look();
  assertEquals(states(), "refused refused");
});

Deno.test("makers are not strict about capitals and spaces; models are told apart", () => {
  const wanted = { vendor: "Maker", model: "X 22" };
  assert(isForModel(wanted, { vendor: "MAKER ", model: "x 22" }));
  assertEquals(isForModel(wanted, { vendor: "Maker", model: "X 220" }), false);
});

Deno.test("twelve chargers in waves of 1 and 5: the rest is the last wave", () => {
  const items = Array.from({ length: 12 }, (_, index) => index);
  assertEquals(inWaves(items, [1, 5]).map(({ length }) => length), [1, 5, 6]);
  assertEquals(inWaves(items, []).map(({ length }) => length), [12]);
  assertEquals(inWaves(items, [20, 3]).map(({ length }) => length), [12]);
});

Deno.test("nothing that is looked at twice is written twice", () => {
  const { look, campaign } = bench(2);
  look();
  const before: Campaign = campaign();
  look(MINUTE_MS);
  assertEquals(campaign() === before, true);
});
