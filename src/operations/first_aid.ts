import { type FaultCode, type FaultEpisode, faultNature } from "../site/mod.ts";

/** What the gateway may do about a fault by itself, the gentlest first. */
export const AID_ACTIONS = ["unlock", "softReset", "hardReset", "powerCycle"] as const;

export type AidAction = typeof AID_ACTIONS[number];

/** What is done by itself about which faults. */
export interface AidRule {
  /** "stuck-plugs" */
  readonly id: string;
  readonly codes: readonly FaultCode[];
  /** Chargers with their slots, or "slot 3"; empty: all. */
  readonly subjects: readonly string[];
  /** A fault stands for so long before anything is done. */
  readonly forMs: number;
  /** One after the other, each once for one fault, until the fault is over. */
  readonly steps: readonly AidAction[];
  /** Between two things that are done at one charger, whichever rule wants them. */
  readonly cooldownMs: number;
  /** This rule does no more at one charger within 24 hours. */
  readonly perDay: number;
  /** True: it is done though a car charges there. */
  readonly whileCharging: boolean;
}

/** A fault that stands, and what can be done where it is. */
export interface AidCase {
  readonly episode: FaultEpisode;
  /** For how long it is known to stand, whatever the clock was set to meanwhile. */
  readonly stoodMs: number;
  readonly chargerId: string;
  /** The slot that it is at; null where it is at the whole charger. */
  readonly slot: number | null;
  readonly isConnected: boolean;
  /** Slots of the charger on which a session runs. */
  readonly charging: readonly number[];
  /** One contactor of ours feeds all of the charger, and nothing else. */
  readonly canPowerCycle: boolean;
}

/** Something that was done by itself. */
export interface DoneAid {
  readonly ruleId: string;
  readonly episodeId: number;
  readonly chargerId: string;
  /** Its place among the steps of the rule, from 0. */
  readonly step: number;
  readonly agoMs: number;
}

/** Something to be done now. */
export interface AidOrder {
  readonly ruleId: string;
  readonly episodeId: number;
  readonly chargerId: string;
  readonly slot: number | null;
  readonly step: number;
  readonly action: AidAction;
}

const DAY_MS = 86_400_000;

/**
 * What is to be done now: at most one thing at each charger. Nothing is done twice for one fault, more
 * often than its rule says, or, unless it says so, where a car charges. What cannot be done where the
 * fault is, is passed over.
 */
export function dueAid(
  rules: readonly AidRule[],
  cases: readonly AidCase[],
  done: readonly DoneAid[],
): readonly AidOrder[] {
  const orders = new Map<string, AidOrder>();
  for (const rule of rules) {
    for (const each of cases) {
      if (orders.has(each.chargerId) || !concerns(rule, each)) continue;
      const order = nextOf(rule, each, done);
      if (order !== null) orders.set(each.chargerId, order);
    }
  }
  return [...orders.values()];
}

function concerns({ codes, subjects, forMs }: AidRule, each: AidCase): boolean {
  const { episode, chargerId, stoodMs } = each;
  return episode.overMs === null && codes.includes(episode.code) && stoodMs >= forMs &&
    (subjects.length === 0 || subjects.includes(chargerId) || subjects.includes(episode.subject));
}

function nextOf(rule: AidRule, each: AidCase, done: readonly DoneAid[]): AidOrder | null {
  const { chargerId, slot } = each;
  const here = done.filter((one) => one.chargerId === chargerId);
  if (here.some(({ agoMs }) => agoMs < rule.cooldownMs)) return null;
  const own = here.filter(({ ruleId }) => ruleId === rule.id);
  if (own.filter(({ agoMs }) => agoMs < DAY_MS).length >= rule.perDay) return null;
  const episodeId = each.episode.id;
  const last = own.filter((one) => one.episodeId === episodeId)
    .reduce((most, { step }) => Math.max(most, step), -1);
  const step = rule.steps.findIndex((action, index) => index > last && isPossible(action, each));
  const action = rule.steps[step];
  if (action === undefined || isDisturbing(action, rule, each)) return null;
  return { ruleId: rule.id, episodeId, chargerId, slot, step, action };
}

function isPossible(action: AidAction, { isConnected, slot, canPowerCycle }: AidCase): boolean {
  switch (action) {
    case "unlock":
      return isConnected && slot !== null;
    case "softReset":
    case "hardReset":
      return isConnected;
    case "powerCycle":
      return canPowerCycle;
  }
}

/** It waits until the car is done. A restart ends the sessions of all connectors. */
function isDisturbing(action: AidAction, rule: AidRule, { charging, slot }: AidCase): boolean {
  if (rule.whileCharging) return false;
  return action === "unlock" && slot !== null ? charging.includes(slot) : charging.length > 0;
}

/** Codes about which something can be done at a charger: those that end of themselves when they are over. */
export function isAidable(code: FaultCode): boolean {
  return faultNature(code).ends !== "happened";
}
