import type { Quirk, WireMessage } from "../../site/mod.ts";
import type { ChargerSecurityView } from "./security.ts";
import type { FaultView } from "../faults/fault_view.ts";

export interface ChargerView {
  readonly id: string;
  readonly protocol: string | null;
  readonly connected: boolean;
  readonly address: string | null;
  readonly connectedSince: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly serialNumber: string | null;
  readonly firmware: string | null;
  readonly bootedAt: string | null;
  readonly slots: readonly number[];
  /** It came back with another shape, and nobody can charge there; null while all is well. */
  readonly held: HeldView | null;
  /** What stood there before it was replaced; null where it was always the same. */
  readonly formerly: FormerView | null;
  readonly lastFault: FaultView | null;
  /** How often what it sends had to be mended, by kind. */
  readonly coercions: Readonly<Record<string, number>>;
  /** The charger's clock minus ours. */
  readonly clockOffsetMs: number | null;
  /** Its own list of drivers, for when even the gateway is gone; null where it has none. */
  readonly localList: LocalListView | null;
  /** What is known of its model; null where nothing is. */
  readonly quirkProfile: QuirkProfileView | null;
  /** What it said it can when it was asked; null before that. */
  readonly abilities: AbilitiesView | null;
  /** What it does its own way: what is known of it, and what has shown. */
  readonly quirks: readonly QuirkView[];
  /** How limits reach its EVSEs. */
  readonly limitPaths: readonly LimitPathView[];
  readonly security: ChargerSecurityView;
}

/** A record of `hardware/chargers/`, or one of the user's own. */
export interface QuirkProfileView {
  readonly id: string;
  readonly foundBy: "site.yaml" | "boot";
  /** What it does its own way, by name. */
  readonly quirks: Readonly<Record<string, unknown>>;
  /** What whoever installs or runs one should know. */
  readonly notes: string | null;
}

/** What a charger says it can, by its settings and answers. Kept on disk. */
export interface AbilitiesView {
  readonly profiles: boolean;
  readonly stackLevelMax: number;
  readonly rateUnit: "A" | "W";
  readonly localList: boolean;
  readonly reservation: boolean;
  readonly remoteTrigger: boolean;
  /** How often it sends meter values; null where it did not say. */
  readonly sampleIntervalMs: number | null;
}

/** Something that a charger does its own way. Counts begin with the gateway. */
export interface QuirkView {
  readonly quirk: Quirk;
  /** As it stands in a record of `hardware/chargers/`; null for what every charger is forgiven. */
  readonly value: unknown;
  /** Where it is known from; `asked`: its own answers showed it; `always`: nobody has to know, every charger is forgiven it. */
  readonly from: "asked" | "model" | "site.yaml" | "always";
  /** How often it has shown, since the gateway started. */
  readonly count: number;
  readonly lastAt: string | null;
}

/** How limits reach one EVSE. */
export interface LimitPathView {
  readonly slot: number;
  /** The form it takes limits in; `none`: it takes none and counts at its maximum. */
  readonly by:
    | "TxProfile"
    | "TxDefaultProfile"
    | "ChargePointMaxProfile"
    | "vendor"
    | "none"
    | "unknown";
  readonly stackLevel: number | null;
  readonly unit: "A" | "W";
  /** A limit ends by itself when the gateway is gone: that is proven. */
  readonly endsByItself: boolean;
  /** How its fail-safe current was seen to be in force. */
  readonly failSafe: "schedule" | "current" | "unverified" | "missing";
  /** Limits written to it in the last day, and how many its memory bears. */
  readonly writesToday: number;
  readonly writesMax: number;
  readonly writesTotal: number;
}

/** How a charger was when its slots were given, and how it came back. */
export interface HeldView {
  readonly since: string;
  readonly was: ShapeView;
  readonly is: ShapeView;
}

export interface ShapeView {
  readonly protocol: string;
  readonly connectors: number;
}

export interface FormerView {
  readonly until: string;
  readonly model: string;
  readonly serialNumber: string | null;
}

/** The part of the site's list that a charger was given. */
export interface LocalListView {
  /** `refused`: it takes none until it boots again. */
  readonly state: "current" | "waiting" | "refused";
  /** 0 where it was given none. */
  readonly version: number;
  readonly entries: number;
  readonly capacity: number;
  readonly pushedAt: string | null;
  /** Why it is not current; null where nothing is wrong. */
  readonly trouble: string | null;
}

export type MessageView = WireMessage & { readonly id: number };
