import type { Reading } from "./readings.ts";
import { energyWh, flagged, type Transaction } from "./transaction.ts";

/**
 * What the site itself has counted of a transaction's energy. Billed is the charger's register
 * (ruling 5); this shows an operator where that cannot be right. Late and repeated samples count
 * nothing, missing ones leave a gap that the register bridges.
 */
export interface Evidence {
  /** All that the register went forward, in steps that are possible, in Wh. */
  readonly registerWh: number;
  /** ∫ power dt between samples that told power and register, in Wh; and the register's steps there. */
  readonly powerWh: number;
  readonly besidePowerWh: number;
  /** ∫ power dt between samples of which one told no register, in Wh. */
  readonly lonePowerWh: number;
  readonly register: RegisterPoint;
  readonly power?: PowerPoint;
}

interface RegisterPoint {
  readonly at: string;
  readonly energyWh: number;
  /** Since when it has stood there: coarse registers move seldom, and then by much. */
  readonly since: string;
}

interface PowerPoint {
  readonly at: string;
  readonly powerW: number;
  /** `Evidence.registerWh` at that moment; null where the sample told no register. */
  readonly registerWh: number | null;
}

/** What the evidence comes to, and what it rests on mostly. */
export interface EvidenceTotal {
  readonly energyWh: number;
  readonly by: "power" | "register";
}

/** Samples further apart say nothing about the power between them. */
const POWER_GAP_MS = 300_000;
/** What a timestamp may be off by, and what a step may have been rounded by. */
const LATE_MS = 30_000;
const ROUNDING_WH = 200;
const POWER_MARGIN = 1.1;
const HOUR_MS = 3_600_000;

/** A transaction with one reading more counted; flagged where its register cannot have gone so far. */
export function withEvidence(
  transaction: Transaction,
  { at, energyWh: registerWh, powerW }: Pick<Reading, "at" | "energyWh" | "powerW">,
  powerMaxW?: number,
): Transaction {
  const before = transaction.evidence ?? noEvidence(transaction);
  if (isLate(before, at, registerWh)) return transaction;
  const step = registerWh === undefined ? null : registerStep(before, at, registerWh, powerMaxW);
  const stepped = step === null ? before : step.evidence;
  const evidence = powerW === undefined
    ? stepped
    : powerStep(stepped, at, Math.max(0, powerW), registerWh !== undefined);
  const counted = { ...transaction, evidence };
  return step?.isJump ? flagged(counted, "register-jumped") : counted;
}

function noEvidence({ startedAt, meterStartWh }: Transaction): Evidence {
  return {
    registerWh: 0,
    powerWh: 0,
    besidePowerWh: 0,
    lonePowerWh: 0,
    register: { at: startedAt, energyWh: meterStartWh, since: startedAt },
  };
}

/** Older than what was counted, and no register that has gone on: then the charger's clock was set back. */
function isLate(
  { register, power }: Evidence,
  at: string,
  registerWh: number | undefined,
): boolean {
  const atMs = Date.parse(at);
  const lastMs = Math.max(Date.parse(register.at), Date.parse(power?.at ?? register.at));
  return atMs < lastMs && (registerWh === undefined || registerWh <= register.energyWh);
}

function registerStep(
  evidence: Evidence,
  at: string,
  energy: number,
  powerMaxW: number | undefined,
): { readonly evidence: Evidence; readonly isJump: boolean } {
  const { register } = evidence;
  const stepWh = energy - register.energyWh;
  const since = stepWh === 0 ? register.since : at;
  const next = { ...evidence, register: { at, energyWh: energy, since } };
  // Reset or replaced: it goes on counting from there.
  if (stepWh <= 0) return { evidence: next, isJump: false };
  const isJump = powerMaxW !== undefined && stepWh > possibleWh(register, at, energy, powerMaxW);
  if (isJump) return { evidence: next, isJump };
  return { evidence: { ...next, registerWh: evidence.registerWh + stepWh }, isJump };
}

function possibleWh(
  { since, energyWh: beforeWh }: RegisterPoint,
  at: string,
  energy: number,
  powerMaxW: number,
): number {
  const elapsedMs = Date.parse(at) - Date.parse(since);
  // A clock that was set back says nothing about how long it took.
  if (!(elapsedMs >= 0)) return Number.POSITIVE_INFINITY;
  const mostWh = powerMaxW * ((elapsedMs + LATE_MS) / HOUR_MS) * POWER_MARGIN;
  return mostWh + Math.max(ROUNDING_WH, resolutionWh(beforeWh, energy));
}

/** Some registers count whole kilowatt hours only. */
function resolutionWh(...registers: readonly number[]): number {
  return [1_000, 100].find((step) => registers.every((each) => each % step === 0)) ?? 0;
}

function powerStep(evidence: Evidence, at: string, powerW: number, isPaired: boolean): Evidence {
  const { power: before, registerWh } = evidence;
  const power: PowerPoint = { at, powerW, registerWh: isPaired ? registerWh : null };
  const elapsedMs = before === undefined ? -1 : Date.parse(at) - Date.parse(before.at);
  if (before === undefined || !(elapsedMs >= 0) || elapsedMs > POWER_GAP_MS) {
    return { ...evidence, power };
  }
  const betweenWh = (before.powerW + powerW) / 2 * elapsedMs / HOUR_MS;
  if (before.registerWh === null || power.registerWh === null) {
    return { ...evidence, power, lonePowerWh: evidence.lonePowerWh + betweenWh };
  }
  return {
    ...evidence,
    power,
    powerWh: evidence.powerWh + betweenWh,
    besidePowerWh: evidence.besidePowerWh + registerWh - before.registerWh,
  };
}

/** What the evidence comes to: power where it was told beside the register, the register elsewhere. */
export function evidenceTotal({ evidence }: Transaction): EvidenceTotal | null {
  if (evidence === undefined) return null;
  const { registerWh, powerWh, besidePowerWh, lonePowerWh } = evidence;
  if (powerWh === 0 && besidePowerWh === 0) {
    const isPowerAll = registerWh === 0 && lonePowerWh > 0;
    return isPowerAll
      ? { energyWh: rounded(lonePowerWh), by: "power" }
      : { energyWh: rounded(registerWh), by: "register" };
  }
  const total = Math.max(0, registerWh - besidePowerWh + powerWh);
  return { energyWh: rounded(total), by: powerWh * 2 >= total ? "power" : "register" };
}

function rounded(wh: number): number {
  return Math.round(wh * 1000) / 1000;
}

const AGREES_SHARE = 0.02;
const AGREES_WH = 100;

/** The ended transaction, flagged where its billed energy is not what the site has counted. */
export function comparedWithEvidence(ended: Transaction): Transaction {
  const total = evidenceTotal(ended);
  if (total === null) return ended;
  const billedWh = energyWh(ended);
  const mostWh = Math.max(
    AGREES_WH,
    AGREES_SHARE * Math.max(billedWh, total.energyWh),
    // A register of whole kilowatt hours differs from power by its rounding, and from itself by nothing.
    total.by === "power" ? resolutionWh(ended.meterStartWh, ended.stop?.meterStopWh ?? 0) : 0,
  );
  return Math.abs(billedWh - total.energyWh) > mostWh ? flagged(ended, "energy-disagrees") : ended;
}
