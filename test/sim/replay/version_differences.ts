import type { OcppVersion } from "../../../src/ocpp/mod.ts";
import type { VersionPair } from "./replay_plan.ts";
import type { ReplayField } from "./replay_view.ts";

/** What a version cannot say, so that a CSMS knows something else of the same site. */
export interface VersionDifference {
  readonly field: ReplayField;
  readonly chargers: readonly OcppVersion[];
  readonly csms: readonly OcppVersion[];
  readonly why: string;
}

const ALL: readonly OcppVersion[] = ["ocpp2.1", "ocpp2.0.1", "ocpp1.6"];
const NEW: readonly OcppVersion[] = ["ocpp2.1", "ocpp2.0.1"];
const OLD: readonly OcppVersion[] = ["ocpp1.6"];

/** Whose words are the richest for a field; the others are held against them. */
export const RICHEST: Readonly<Partial<Record<ReplayField, VersionPair>>> & {
  readonly others: VersionPair;
} = {
  finerStatuses: { charger: "ocpp1.6", csms: "ocpp1.6" },
  others: { charger: "ocpp2.1", csms: "ocpp2.1" },
};

/** All there is. Everything else is the same, whoever speaks what. */
export const VERSION_DIFFERENCES: readonly VersionDifference[] = [
  {
    field: "finerStatuses",
    chargers: ALL,
    csms: NEW,
    why: "of a connector 2.x tells whether it is occupied, and by what only with a transaction",
  },
  {
    field: "finerStatuses",
    chargers: NEW,
    csms: OLD,
    why:
      "in 2.x a card that waits for the plug occupies nothing, so that nobody hears of Preparing",
  },
  {
    field: "chargingStates",
    chargers: ALL,
    csms: OLD,
    why: "1.6 has no charging state of a transaction: it tells it with the connector",
  },
  {
    field: "chargingStates",
    chargers: OLD,
    csms: NEW,
    why:
      "1.6 tells a transaction and how it charges in two messages, so that it begins, and may end, " +
      "as one in which nothing has flowed yet",
  },
];
