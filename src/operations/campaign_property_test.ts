import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Campaign, isCampaignChargerOver } from "../site/mod.ts";
import { stepCampaign } from "./campaign.ts";
import { campaignOf, playChargers } from "./_campaign_for_test.ts";

const MINUTE_MS = 60_000;

const rules = fc.record({
  waves: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
  perCircuitMax: fc.option(fc.integer({ min: 1, max: 2 })),
  onlyIdle: fc.boolean(),
  failurePercentMax: fc.constantFrom(0, 30, 100),
  timeoutMs: fc.constantFrom(10 * MINUTE_MS, 120 * MINUTE_MS),
  triesMax: fc.integer({ min: 1, max: 3 }),
});

/** What may happen at any time, to any charger. */
const happening = fc.record({
  what: fc.constantFrom(
    "nothing",
    "away",
    "back",
    "busy",
    "free",
    "taken",
    "released",
    "installed",
    "failed",
    "booted-new",
    "booted-old",
    "gateway-lost-its-words",
    "window-closed",
    "window-open",
    "pause",
    "resume",
    "cancel",
    "retry",
  ),
  who: fc.nat({ max: 6 }),
  afterMinutes: fc.constantFrom(0, 1, 7, 31, 600),
});

type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

function play(
  campaign: Campaign,
  site: ReturnType<typeof playChargers>,
  { what, who }: Pick<Happening, "what" | "who">,
  nowMs: number,
): Campaign {
  const id = campaign.chargers[who % campaign.chargers.length]?.chargerId ?? "";
  const charger = site.at(id);
  switch (what) {
    case "away":
    case "back":
      charger.isConnected = what === "back";
      return campaign;
    case "busy":
    case "free":
      charger.isIdle = what === "free";
      return campaign;
    case "taken":
    case "released":
      // Another order takes the place of what it was told.
      if (what === "taken") site.end(id, "InstallationFailed");
      charger.isTaken = what === "taken";
      return campaign;
    case "installed":
      site.end(id, "Installed");
      return campaign;
    case "failed":
      site.end(id, "InstallationFailed");
      return campaign;
    case "booted-new":
      if (charger.orders.size > 0) charger.version = "2.0";
      return campaign;
    case "booted-old":
      charger.version = "1.0";
      return campaign;
    case "window-closed":
    case "window-open":
      site.looking.isInWindow = what === "window-open";
      return campaign;
    case "pause":
    case "resume":
    case "cancel":
    case "retry":
      return stepCampaign(campaign, { kind: what }, nowMs).campaign;
    default:
      return campaign;
  }
}

/** What holds after each look, whatever has happened. */
function check(before: Campaign, after: Campaign, site: ReturnType<typeof playChargers>): void {
  const under = after.chargers.filter(({ state }) => state === "updating" || state === "checking");
  const { perCircuitMax, triesMax } = after.rules;
  if (perCircuitMax !== null) {
    for (const circuit of ["a", "b"]) {
      const there = under.filter(({ chargerId }) => site.at(chargerId).circuitId === circuit);
      assert(there.length <= perCircuitMax, "too many of one circuit");
    }
  }
  after.chargers.forEach((charger, index) => {
    const was = before.chargers[index];
    assert(charger.tries <= triesMax, "tried too often");
    const isBegun = was !== undefined && was.attempt !== charger.attempt;
    if (isBegun) {
      assertEquals(before.state, "running", "nobody is begun on hold");
      assert(
        after.chargers.every((each) => each.wave >= charger.wave || isCampaignChargerOver(each)),
        "its wave had not come",
      );
      const { isConnected, isIdle, isTaken } = site.at(charger.chargerId);
      assert(isConnected && !isTaken && (isIdle || !after.rules.onlyIdle), "it was not ready");
      assert(site.looking.isInWindow, "it was not time");
    }
    if (was?.state !== "done" && charger.state === "done") {
      assertEquals(site.at(charger.chargerId).version, "2.0", "done is what runs it");
    }
    if (was !== undefined && isCampaignChargerOver(was)) assertEquals(charger, was);
  });
  if (after.state === "over") assert(after.chargers.every(isCampaignChargerOver));
}

Deno.test("whatever happens to chargers, network, power and people, a campaign keeps its rules and ends", () => {
  fc.assert(
    fc.property(
      rules,
      fc.integer({ min: 1, max: 6 }),
      fc.array(happening, { maxLength: 60 }),
      (wanted, count, happenings) => {
        let campaign = campaignOf(count, wanted);
        const site = playChargers(campaign, ["a", "b"]);
        let nowMs = 0;
        const look = (isLost = false) => {
          const before = campaign;
          const step = stepCampaign(campaign, site.look(), nowMs);
          campaign = step.campaign;
          check(before, campaign, site);
          if (!isLost) site.carryOut(step.effects);
        };
        for (const each of happenings) {
          nowMs += each.afterMinutes * MINUTE_MS;
          campaign = play(campaign, site, each, nowMs);
          look(each.what === "gateway-lost-its-words");
        }
        // Nobody does anything any more: it ends by itself.
        for (let hour = 0; campaign.state !== "over"; hour++) {
          assert(hour < 24 * 400, `after 400 days: ${campaign.state}`);
          nowMs += 6 * 60 * MINUTE_MS;
          look();
        }
        for (const { chargerId, attempt, state } of campaign.chargers) {
          const orders = [...site.at(chargerId).orders];
          assert(
            orders.every(([, { isOver }]) => isOver) || state === "done",
            "no order is left open",
          );
          assert(orders.every(([number]) => number <= attempt), "no order is of nobody");
        }
        const ended = campaign;
        nowMs += 60 * MINUTE_MS;
        look();
        assertEquals(campaign, ended, "nothing follows its end");
      },
    ),
    { numRuns: 300 },
  );
});
