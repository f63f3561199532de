/**
 * A process of its own, in which every Map is watched: a site at work for days, with ever new names,
 * tokens and numbers, and with one leak on purpose. Prints what its Maps and Sets held, as JSON.
 */
import { largestByPlace } from "../support/watched_maps.ts";
import { openSite, type SiteBench } from "../gateway/site_bench.ts";
import type { PlayedCharger } from "../gateway/played.ts";
import { leak } from "./growth_leak.ts";

const CHARGERS = ["CP1", "CP2", "CP3"];
const SESSION_MS = 30_000;
const LOOKS = 24;
const ROUNDS = 8;
/** Days pass by the wall clock; what is kept for a day must make room. */
const LOOK_HOURS = 6;

/** The product's own, without what stands for the outside world. */
function isOfInterest(place: string): boolean {
  return place.startsWith("test/sim/growth_leak.ts") ||
    place.startsWith("src/") && !/^src\/(simulator|store\/memory|lib\/virtual_clock)/.test(place);
}

/** What nobody needs and everybody may say; `count` makes each of it new. */
async function annoy(site: SiteBench, charger: PlayedCharger, count: number): Promise<void> {
  const timestamp = new Date(site.clock.wallMs()).toISOString();
  await site.connect(`STRANGER-${count}`).catch(() => {});
  await site.connect("CP1", {
    authorization: `Basic ${btoa(`CP1:guess-${count}`)}`,
    remoteAddress: `192.168.${count % 250}.${count % 199}`,
  }).catch(() => {});
  const say = (action: string, payload: Record<string, unknown>) =>
    charger.say(`${action}-${count}`, action, payload);
  say("Authorize", { idTag: `UNKNOWN-${count}` });
  say("StopTransaction", { transactionId: 9_000 + count, meterStop: count, timestamp });
  say("StatusNotification", {
    connectorId: 10 + count % 4,
    errorCode: "NoError",
    status: "Available",
  });
  say("DataTransfer", { vendorId: `vendor-${count}`, data: `${count}` });
  say(`Fly${count}`, {});
  charger.socket.send(`[3,"nobody-asked-${count}",{}]`);
  charger.socket.send("{");
  await site.clock.advance(2_000);
  const csms = site.csms.now();
  const soon = new Date(site.clock.wallMs() + 60_000).toISOString();
  const idTag = `GUEST-${count}`;
  const ask = (action: string, payload: Record<string, unknown>) =>
    csms.say(`${action}-${count}`, action, payload);
  ask("RemoteStartTransaction", { connectorId: 3, idTag });
  ask("ReserveNow", { connectorId: 3, expiryDate: soon, idTag, reservationId: count });
  ask("ChangeConfiguration", { key: `Key${count}`, value: "1" });
  ask("DataTransfer", { vendorId: `vendor-${count}` });
  ask("GetDiagnostics", { location: `ftp://example.com/${count}` });
  await site.clock.advance(2_000);
}

/** Their connections, new ones where they are gone or are to be. */
async function connected(
  site: SiteBench,
  before: readonly PlayedCharger[],
  areNew: boolean,
): Promise<readonly PlayedCharger[]> {
  const chargers: PlayedCharger[] = [];
  for (const [index, chargerId] of CHARGERS.entries()) {
    const old = before[index];
    if (areNew) old?.socket.terminate();
    await site.clock.advance(1_000);
    const isThere = old !== undefined && old.closed() === null;
    chargers.push(isThere && !areNew ? old : await site.connect(chargerId));
  }
  return chargers;
}

/** One session of a new driver at every charger. */
async function serve(
  site: SiteBench,
  chargers: readonly PlayedCharger[],
  count: number,
): Promise<void> {
  const idTag = `DRIVER-${count}`;
  const meterStart = 1_000 * count;
  const numbers: number[] = [];
  for (const charger of chargers) {
    await charger.status("Preparing");
    await charger.authorize(idTag);
    numbers.push((await charger.start(idTag, { meterStart }, 1_000)).number);
    await charger.status("Charging");
  }
  await site.clock.advance(SESSION_MS / 2);
  for (const [index, charger] of chargers.entries()) {
    const number = numbers[index] ?? 0;
    await charger.meter(number, meterStart + 400, 16);
    // Readings may be answered a second late, and a charger says one thing at a time.
    await site.clock.advance(1_000);
    await charger.stop(number, meterStart + 900);
    await charger.status("Available");
  }
  await site.clock.advance(SESSION_MS / 2);
}

function collectGarbage(): void {
  const collect: unknown = Reflect.get(globalThis, "gc");
  if (typeof collect === "function") collect();
}

async function main(): Promise<void> {
  const site = await openSite({ unknownOffline: true, chargers: { adopt: "ask" } });
  const looks: (readonly [string, number])[][] = [];
  let chargers: readonly PlayedCharger[] = [];
  let count = 0;
  let names = 0;
  for (let look = 0; look < LOOKS; look++) {
    for (let round = 0; round < ROUNDS; round++) {
      count++;
      chargers = await connected(site, chargers, round % 5 === 0);
      if (round === 0) { for (const charger of chargers) await charger.boot(); }
      leak(`DRIVER-${count}`);
      if (round === 7) await site.loseCsms();
      await serve(site, chargers, count);
      if (round === 7) await site.restoreCsms();
      for (const charger of chargers) await annoy(site, charger, ++names);
    }
    collectGarbage();
    await site.clock.settle();
    collectGarbage();
    looks.push([...largestByPlace(isOfInterest)]);
    site.clock.setWall(site.clock.wallMs() + LOOK_HOURS * 3_600_000);
  }
  await site.stop();
  const told = { looks, sessions: CHARGERS.length * count };
  await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(told)));
}

await main();
