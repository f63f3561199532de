import { createSeededIds } from "../../../src/lib/ids.ts";
import type { OcppVersion } from "../../../src/ocpp/mod.ts";
import {
  chargerOptions,
  FRIENDLY_CSMS,
  numberSlots,
  type PlannedCharger,
  type SimulatedSitePlan,
  type TokenRecord,
  withVersions,
} from "../../../src/simulator/mod.ts";
import { LINES, onEachLine } from "../../../src/site/mod.ts";

/** What chargers and CSMS speak in one replay. */
export interface VersionPair {
  readonly charger: OcppVersion;
  readonly csms: OcppVersion;
}

/** Cards of the drivers; two of them belong together, and one is blocked. */
export const CARDS = {
  asha: "04A35C1B7E2A80",
  bela: "04B7119A2D4C81",
  chandra: "04C0DE44F17B80",
  blocked: "04F6429D8AF181",
  stranger: "04E81F30B5D680",
} as const;

const TOKENS: Readonly<Record<string, TokenRecord>> = {
  [CARDS.asha]: { status: "Accepted" },
  [CARDS.bela]: { status: "Accepted", parentIdTag: "FLEET" },
  [CARDS.chandra]: { status: "Accepted", parentIdTag: "FLEET" },
  [CARDS.blocked]: { status: "Blocked" },
};

const PASSWORD = "a-password-of-20-chars";
const MIN_AMPS = 6;

/** Three chargers, one of them with two sockets, and more current than they could take. */
const SOCKETS = [[3, 32], [3, 16], [1, 32]] as const;

/** The site that is replayed: nothing about it is drawn but what the versions leave to the maker. */
export function planReplay({ charger, csms }: VersionPair): SimulatedSitePlan {
  const chargers = SOCKETS.map(([phases, maxAmps], index): PlannedCharger => ({
    options: chargerOptions({
      identity: `CP${index + 1}`,
      password: PASSWORD,
      registerWh: 100_000 * (index + 1),
      configuration: { MeterValueSampleInterval: "30", TransactionMessageAttempts: "99" },
      outlets: Array.from({ length: index === 1 ? 2 : 1 }, () => ({
        lines: LINES.slice(0, phases),
        maxAmps,
        fixedCable: false,
      })),
    }),
    circuitId: "grid",
  }));
  const plan: SimulatedSitePlan = {
    name: "Replay",
    site: {
      volts: 230,
      circuits: [{ id: "grid", parentId: null }],
      chargers,
      drivers: null,
      house: {
        baseAmps: onEachLine(5),
        dayShape: Array.from({ length: 24 }, () => 1),
        devices: [],
        flicker: 0,
        utcOffsetMs: 0,
      },
      solar: null,
      csms: { ...FRIENDLY_CSMS, tokens: TOKENS, unknownTokens: "Invalid", intervalSeconds: 300 },
      outages: null,
    },
    circuits: [{
      id: "grid",
      parentId: null,
      limitAmps: 400,
      otherWorstAmps: 20,
      otherSubstituteAmps: 10,
    }],
    slots: numberSlots(chargers, MIN_AMPS),
    minAmps: MIN_AMPS,
    tokens: TOKENS,
    csmsIdentity: "REPLAY",
    csmsPassword: PASSWORD,
  };
  return withVersions(plan, { chargers: [charger], csms: [csms] }, createSeededIds(1));
}
