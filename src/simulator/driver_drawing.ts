import type { Ids } from "../lib/ids.ts";
import { between, happens, pick, wholeBetween } from "./chance.ts";
import type { TokenRecord } from "./csms/books.ts";
import type { DriverOptions } from "./driver.ts";
import { drawEvModel } from "./ev_drawing.ts";

const MINUTE_MS = 60_000;

/** Nobody comes and goes in less, however fast time is. */
const SHORTEST_MS = 20_000;

/** At work: they come with the shifts. */
const SHIFTS: readonly number[] = [
  ...[0.1, 0.1, 0.1, 0.1, 0.2, 1, 3, 4, 3, 1, 0.5, 0.5],
  ...[1, 3, 2, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 1, 0.3, 0.1],
];

/** At home: they come in the evening. */
const EVENINGS: readonly number[] = [
  ...[0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.4, 0.4, 0.4, 0.4, 0.5, 0.6],
  ...[0.7, 0.7, 0.8, 1, 2, 3, 4, 3, 2, 1.2, 0.7, 0.4],
];

/** So many kinds of EV come to one site. */
const MODELS = 12;

/** Draws the cards that the CSMS knows: most of them good, and at least one of each kind. */
export function drawTokens(
  chargerCount: number,
  ids: Ids,
): Readonly<Record<string, TokenRecord>> {
  const count = wholeBetween([5, 8 + chargerCount], ids);
  const entries = Array.from({ length: count }, (_, index): [string, TokenRecord] => {
    const status = index === 0 ? "Accepted" : index === 1 ? "Blocked" : drawStatus(ids);
    return [newIdTag(ids), {
      status,
      ...(status === "Accepted" && ids.random() < 0.3 ? { parentIdTag: "FLEET" } : {}),
    }];
  });
  return Object.fromEntries(entries);
}

function drawStatus(ids: Ids): TokenRecord["status"] {
  return pick(["Accepted", "Accepted", "Accepted", "Accepted", "Blocked", "Expired"], ids);
}

/** The number of a card as readers show it: seven bytes, of which the maker gives the first. */
function newIdTag(ids: Ids): string {
  const bytes = Array.from({ length: 6 }, () => wholeBetween([0, 255], ids));
  return ["04", ...bytes.map((byte) => byte.toString(16).padStart(2, "0"))].join("").toUpperCase();
}

/** Draws how drivers behave. Cards are good and bad ones, some unknown, some in lower case. */
export function drawDrivers(
  tokens: Readonly<Record<string, TokenRecord>>,
  timeLapse: number,
  ids: Ids,
): DriverOptions {
  const soon = (minutes: number) => Math.max(SHORTEST_MS, minutes * MINUTE_MS / timeLapse);
  const known = Object.keys(tokens);
  return {
    pauseMeanMs: soon(between([5, 40], ids)),
    stayMs: [soon(40), soon(between([120, 480], ids))],
    arrivalSoc: [0.1, 0.6],
    targetSoc: [0.7, 1],
    models: Array.from({ length: MODELS }, () => drawEvModel(ids)),
    idTags: [...known, ...known, ...known.map((idTag) => idTag.toLowerCase()), newIdTag(ids)],
    cardFirst: between([0, 0.6], ids),
    endsWithCard: between([0.4, 1], ids),
    impatience: between([0, 0.2], ids),
    rush: happens(0.5, ids) ? pick([SHIFTS, EVENINGS], ids) : null,
    crowds: happens(0.3, ids) ? { everyMeanMs: soon(between([60, 360], ids)), size: [2, 8] } : null,
    timeLapse,
  };
}
