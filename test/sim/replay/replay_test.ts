/**
 * One simulated site with all that drivers, operators and outages do to it, replayed under each pair of
 * versions: the CSMS must know the same of it, field by field, but for what a version cannot say.
 */
import { assert, assertEquals } from "@std/assert";
import { OCPP_VERSIONS } from "../../../src/ocpp/mod.ts";
import type { VersionPair } from "./replay_plan.ts";
import { openReplay } from "./replay_site.ts";
import { play } from "./replay_script.ts";
import { type ReplayField, type ReplayView, viewOf } from "./replay_view.ts";
import { RICHEST, VERSION_DIFFERENCES, type VersionDifference } from "./version_differences.ts";

const PAIRS: readonly VersionPair[] = OCPP_VERSIONS.flatMap((charger) =>
  OCPP_VERSIONS.map((csms) => ({ charger, csms }))
);

const views = new Map<string, ReplayView>();

function keyOf({ charger, csms }: VersionPair): string {
  return `${charger} under ${csms}`;
}

async function replayed(pair: VersionPair): Promise<ReplayView> {
  const known = views.get(keyOf(pair));
  if (known !== undefined) return known;
  const replay = await openReplay(pair);
  await play(replay);
  const view = viewOf(replay);
  await replay.close();
  assertEquals(replay.errors, []);
  views.set(keyOf(pair), view);
  return view;
}

/** True for what the list says that a pair cannot say. */
function isListed(field: ReplayField, { charger, csms }: VersionPair): boolean {
  return VERSION_DIFFERENCES.some((each) =>
    each.field === field && each.chargers.includes(charger) && each.csms.includes(csms)
  );
}

async function isSame(field: ReplayField, pair: VersionPair): Promise<boolean> {
  const [view, richest] = [await replayed(pair), await richestOf(field)];
  return JSON.stringify(view[field]) === JSON.stringify(richest[field]);
}

function richestOf(field: ReplayField): Promise<ReplayView> {
  return replayed(RICHEST[field] ?? RICHEST.others);
}

for (const pair of PAIRS) {
  Deno.test(`the site has the same sessions with chargers of ${keyOf(pair)}`, async () => {
    const view = await replayed(pair);
    assertEquals(view.oddities, []);
    assertEquals(view.begins.length, 11);
    for (const field of Object.keys(view) as ReplayField[]) {
      if (isListed(field, pair)) continue;
      const richest = await richestOf(field);
      assertEquals(view[field], richest[field], `${field}, which every version can say`);
    }
  });
}

Deno.test("the site that is replayed has every way to end, and readings and energy in its sessions", async () => {
  const { reasons, energies, readings, reservations } = await replayed(RICHEST.others);
  for (
    const reason of ["Local", "Remote", "EVDisconnected", "PowerLoss", "Reboot", "DeAuthorized"]
  ) {
    assert(reasons.includes(reason), reason);
  }
  assert(energies.filter((each) => each !== "0 Wh").length >= 9);
  assert(readings.filter((each) => Number(each) >= 4).length >= 10);
  assert(reservations.includes("3"));
});

/** What a list says to be different and is the same. */
async function needlessIn(differences: readonly VersionDifference[]): Promise<readonly string[]> {
  const needless: string[] = [];
  for (const { field, chargers, csms } of differences) {
    const pairs = chargers.flatMap((charger) => csms.map((each) => ({ charger, csms: each })));
    for (const pair of pairs) {
      if (await isSame(field, pair)) needless.push(`${field} of ${keyOf(pair)}`);
    }
  }
  return needless;
}

Deno.test("what the list of differences says is so: no entry is there for nothing", async () => {
  assertEquals(await needlessIn(VERSION_DIFFERENCES), []);
});

Deno.test("an entry of the list that excuses what every version says is found", async () => {
  const needless: VersionDifference = {
    field: "energies",
    chargers: ["ocpp2.0.1"],
    csms: ["ocpp1.6", "ocpp2.1"],
    why: "nobody knows",
  };
  // Too wide is needless as well: between two of 2.1 nothing is lost.
  const tooWide: VersionDifference = {
    field: "chargingStates",
    chargers: ["ocpp1.6", "ocpp2.1"],
    csms: ["ocpp2.1"],
    why: "nobody knows",
  };
  assertEquals(await needlessIn([...VERSION_DIFFERENCES, needless, tooWide]), [
    "energies of ocpp2.0.1 under ocpp1.6",
    "energies of ocpp2.0.1 under ocpp2.1",
    "chargingStates of ocpp2.1 under ocpp2.1",
  ]);
});
