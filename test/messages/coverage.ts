import { STATION_ROUTES } from "../../src/chargers/mod.ts";
import { CSMS_ROUTES } from "../../src/csms/mod.ts";
import {
  CSMS_ACTIONS,
  type CsmsAction,
  type Dialect,
  type Handling,
  type Handlings,
  OCPP_VERSIONS,
  type OcppVersion,
  speechOf,
  STATION_ACTIONS,
  type StationAction,
} from "../../src/ocpp/mod.ts";
import type { VersionPair } from "./pair.ts";

/** What becomes of a message between two versions; nothing where it does not exist there. */
export type Cell = ReadonlySet<Handling>;

/** What the two tables say of every message, for every pair of versions. */
export interface Coverage {
  /** Of what a charger says. */
  up(action: StationAction, pair: VersionPair): Cell;
  /** Of what the CSMS says. */
  down(action: CsmsAction, pair: VersionPair): Cell;
}

/** Handlings that somebody else has to be told for. */
const UPWARDS: ReadonlySet<Handling> = new Set(["forward", "queue", "coalesce"]);
/** Those that wait for somebody else's answer. */
const AWAITED: ReadonlySet<Handling> = new Set(["forward", "fan-out"]);
const DOWNWARDS: ReadonlySet<Handling> = new Set(["forward", "fan-out"]);

/** Reads the tables. */
export async function readCoverage(): Promise<Coverage> {
  const dialects = new Map<OcppVersion, Dialect>();
  for (const version of OCPP_VERSIONS) dialects.set(version, (await speechOf(version)).dialect);
  const says = (version: OcppVersion, action: StationAction | CsmsAction) =>
    dialects.get(version)?.says(action) ?? false;
  return {
    up(action, { charger, csms }) {
      if (!says(charger, action)) return new Set();
      const { handling, told = [action] } = STATION_ROUTES[action];
      const isTellable = told.some((each) => says(csms, each));
      return isTellable ? new Set(handling) : without(handling, UPWARDS);
    },
    down(action, { charger, csms }) {
      if (!says(csms, action)) return new Set();
      const { handling, isForOne, fansOutIn2x, asked = [action] } = CSMS_ROUTES[action];
      const isAskable = asked.some((each) => says(charger, each));
      // 1.6 can name no charger but through the tunnel, which is a message of its own.
      const mayNameOne = csms !== "ocpp1.6" && isForOne === true;
      const is16 = csms === "ocpp1.6" || charger === "ocpp1.6";
      const own = isAskable && !(is16 && fansOutIn2x === true)
        ? new Set(handling)
        : without(handling, DOWNWARDS);
      return mayNameOne ? new Set([...own, isAskable ? "forward" : "refuse"]) : own;
    },
  };
}

/** What is left where nobody else can be told: an answer of the gateway's own, or a refusal. */
function without(handling: Handlings, unsayable: ReadonlySet<Handling>): Cell {
  const left = handling.filter((each) => !unsayable.has(each));
  if (left.length > 0) return new Set(left);
  // Who waits for another's answer gets none; who only tells has told.
  return new Set([handling.some((each) => AWAITED.has(each)) ? "refuse" : "answer"]);
}

/** The names of all messages, in the order of the alphabet. */
export const MESSAGES = {
  up: STATION_ACTIONS,
  down: CSMS_ACTIONS.toSorted(),
} as const;
