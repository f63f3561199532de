/**
 * Texts that are longer than their schema allows are read all the same, where that does no harm. What
 * is answered to them has to be valid: a text that comes back has to fit.
 */
import { assertEquals } from "@std/assert";
import { isRecord } from "../../src/lib/json.ts";
import { OCPP_VERSIONS, type OcppVersion } from "../../src/ocpp/mod.ts";
import { openSite } from "../gateway/site_bench.ts";
import { createChance } from "./odd.ts";
import { createOddPeer } from "./odd_peer.ts";
import { openOcppDraw, spelledOut } from "./ocpp_inputs.ts";
import { chargerAnswers } from "./right_answers.ts";

const draw = await openOcppDraw();

/** Every text of a message is long, but for those that a program reads. */
function lengthen(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lengthen);
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, lengthen(item)]));
  }
  const isWord = typeof value === "string" && !/^[A-Z][A-Za-z.]+$|^@|^\d{4}-/.test(value);
  return isWord ? `${value}${"é".repeat(300)}` : value;
}

async function problemsIn(version: OcppVersion, speaker: "charger" | "csms"): Promise<unknown[]> {
  const site = await openSite({
    csmsVersion: version,
    protocols: [version],
    chargers: { versions: OCPP_VERSIONS },
  });
  await site.arrive("CP1");
  const { pair } = await site.connect("CP2", { protocols: [version] });
  const chance = createChance(1);
  const peer = createOddPeer(pair.far, "charger", version, {
    draw,
    chance,
    nowWallMs: () => site.clock.wallMs(),
    rightAnswer: chargerAnswers(version),
    rightness: 1,
  });
  const model = { vendorName: "V", model: "M" };
  const boot = version === "ocpp1.6"
    ? { chargePointVendor: "V", chargePointModel: "M" }
    : { reason: "PowerUp", chargingStation: model };
  peer.act({ say: JSON.stringify([2, "boot", "BootNotification", boot]) });
  await site.clock.advance(60_000);
  for (const action of draw.actions(speaker, version)) {
    for (let time = 0; time < 4; time++) {
      const payload = lengthen(draw.valid(version, action, chance));
      const frame = JSON.stringify([2, `${action}-${time}`, action, payload]);
      if (speaker === "charger") peer.act({ say: frame });
      else {
        const standing = { asked: null, number: null, session: null, nowWallMs: 0 };
        site.csms.now().socket.send(spelledOut(frame, standing));
      }
      await site.clock.advance(100);
    }
  }
  await site.clock.advance(60_000);
  const problems = site.logged.filter(({ level }) => level === "error");
  await site.stop();
  return problems;
}

for (const version of OCPP_VERSIONS) {
  Deno.test(`what is too long in ${version} is answered by what fits, at both edges`, async () => {
    assertEquals(await problemsIn(version, "charger"), []);
    assertEquals(await problemsIn(version, "csms"), []);
  });
}
