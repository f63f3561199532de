import { EV_MODELS, type EvModelName, newEv, slotAt } from "../../../src/simulator/mod.ts";
import { CARDS, planReplay, type VersionPair } from "./replay_plan.ts";
import type { ReplaySite } from "./replay_site.ts";

/** One thing that somebody does at a moment. */
interface Act {
  readonly atS: number;
  act(site: ReplaySite): void | Promise<unknown>;
}

/** A socket: charger and connector, from 1 on. */
type Socket = readonly [charger: number, connector: number];

const [FIRST, SECOND, THIRD, FOURTH]: readonly [Socket, Socket, Socket, Socket] = [
  [1, 1],
  [2, 1],
  [2, 2],
  [3, 1],
];

function plug(atS: number, socket: Socket, model: EvModelName, wantedWh?: number): Act {
  return {
    atS,
    act: ({ site, clock }) => {
      const needs = { soc: 0.2, timeLapse: 1, ...(wantedWh === undefined ? {} : { wantedWh }) };
      chargerAt(site, socket).plugIn(socket[1], newEv(EV_MODELS[model], needs, clock.monoMs()));
    },
  };
}

function unplug(atS: number, socket: Socket): Act {
  return { atS, act: ({ site }) => void chargerAt(site, socket).unplug(socket[1]) };
}

function card(atS: number, socket: Socket, idTag: string): Act {
  // Nobody waits for the outcome: it shows in what follows.
  return {
    atS,
    act: ({ site }) => void chargerAt(site, socket).presentCard(socket[1], idTag).catch(() => {}),
  };
}

function chargerAt({ chargers }: ReplaySite["site"], [charger]: Socket) {
  const found = chargers[charger - 1];
  if (found === undefined) throw new RangeError(`Cannot find charger ${charger}`);
  return found;
}

function slotOf([charger, connector]: Socket): number {
  return slotAt(planReplay(ANY), `CP${charger}`, connector).slot;
}

const ANY: VersionPair = { charger: "ocpp1.6", csms: "ocpp1.6" };

/** What the CSMS orders for the session that runs at a socket. */
function stopAt(atS: number, socket: Socket): Act {
  return {
    atS,
    act({ site: { csms } }) {
      const open = csms.books.open().find(({ connectorId }) => connectorId === slotOf(socket));
      if (open !== undefined) {
        void csms.order({ kind: "stop", transactionId: open.transactionId }).catch(() => {});
      }
    },
  };
}

function order(atS: number, wanted: Parameters<ReplaySite["site"]["csms"]["order"]>[0]): Act {
  return { atS, act: ({ site }) => void site.csms.order(wanted).catch(() => {}) };
}

/** An hour at the site: every way to begin and to end, orders, outages of both links, power cuts. */
const ACTS: readonly Act[] = [
  // Plug first, card, card.
  plug(30, FIRST, "threePhase11kW"),
  card(40, FIRST, CARDS.asha),
  card(400, FIRST, CARDS.asha),
  unplug(420, FIRST),
  // Card first, and the plug ends it.
  card(60, SECOND, CARDS.bela),
  plug(75, SECOND, "twoPhase16"),
  unplug(500, SECOND),
  // An EV that has enough; somebody of the same group ends it.
  plug(90, FOURTH, "onePhase32", 500),
  card(100, FOURTH, CARDS.bela),
  card(900, FOURTH, CARDS.chandra),
  unplug(910, FOURTH),
  // Nobody lets these two charge.
  plug(120, THIRD, "onePhase32"),
  card(125, THIRD, CARDS.blocked),
  card(135, THIRD, CARDS.stranger),
  unplug(150, THIRD),
  // From afar.
  plug(600, FIRST, "threePhase11kW"),
  order(610, { kind: "start", slot: slotOf(FIRST), idTag: CARDS.asha, remoteStartId: 7 }),
  stopAt(850, FIRST),
  unplug(870, FIRST),
  // The CSMS is away: one session within, one across its end.
  { atS: 1_000, act: ({ site }) => site.csms.setDown(true) },
  plug(1_020, FIRST, "threePhase11kW"),
  card(1_030, FIRST, CARDS.asha),
  plug(1_050, SECOND, "threePhase11kW"),
  card(1_060, SECOND, CARDS.chandra),
  card(1_200, FIRST, CARDS.asha),
  unplug(1_210, FIRST),
  { atS: 1_400, act: ({ site }) => site.csms.setDown(false) },
  unplug(1_600, SECOND),
  // A charger is away, and goes on by itself.
  plug(1_700, FOURTH, "onePhase32"),
  card(1_710, FOURTH, CARDS.asha),
  { atS: 1_800, act: ({ network }) => reach(network, "CP3", false) },
  unplug(1_950, FOURTH),
  { atS: 2_000, act: ({ network }) => reach(network, "CP3", true) },
  // The power of a charger fails, and another restarts by itself.
  plug(2_100, FIRST, "threePhase11kW"),
  card(2_110, FIRST, CARDS.bela),
  { atS: 2_250, act: ({ site }) => chargerAt(site, FIRST).losePower(30_000) },
  unplug(2_400, FIRST),
  plug(2_420, THIRD, "onePhase32"),
  card(2_430, THIRD, CARDS.asha),
  { atS: 2_520, act: ({ site }) => chargerAt(site, THIRD).reboot() },
  unplug(2_700, THIRD),
  // Kept for somebody, and out of service for a while.
  order(2_800, {
    kind: "reserve",
    id: 3,
    slot: slotOf(SECOND),
    idTag: CARDS.chandra,
    untilMs: Date.UTC(2026, 0, 5, 7),
  }),
  plug(2_850, SECOND, "threePhase11kW"),
  card(2_860, SECOND, CARDS.asha),
  unplug(2_870, SECOND),
  // Full already: after somebody who took nothing the site waits for the word that it charges, and in
  // 1.6 that word comes seconds later than with the reading in 2.x.
  plug(2_880, SECOND, "threePhase11kW", 0),
  card(2_890, SECOND, CARDS.chandra),
  card(3_000, SECOND, CARDS.chandra),
  unplug(3_010, SECOND),
  order(3_050, { kind: "availability", slot: slotOf(FOURTH), isOperative: false }),
  order(3_150, { kind: "availability", slot: slotOf(FOURTH), isOperative: true }),
];

/** The same in the order in which it happens. */
export const REPLAY_SCRIPT: readonly Act[] = ACTS.toSorted((a, b) => a.atS - b.atS);

function reach(network: ReplaySite["network"], identity: string, isReachable: boolean): void {
  network.setReachable(identity, isReachable);
  if (!isReachable) network.cut(identity);
}

/** When it is over and all is told. */
const END_S = 3_600;

/** Plays the script. */
export async function play(replay: ReplaySite): Promise<void> {
  let nowS = 0;
  for (const { atS, act } of REPLAY_SCRIPT) {
    await replay.clock.advance((atS - nowS) * 1_000);
    nowS = atS;
    await act(replay);
  }
  await replay.clock.advance((END_S - nowS) * 1_000);
}
