import type { FaultCode } from "../../site/mod.ts";
import type { SiteView } from "../views.ts";
import { CHARGER_FAULTS_EN } from "./charger_faults_en.ts";
import { CHARGER_FAULTS_HI } from "./charger_faults_hi.ts";
import { CHARGER_FAULTS_MR } from "./charger_faults_mr.ts";
import { GATEWAY_FAULTS_EN } from "./gateway_faults_en.ts";
import { GATEWAY_FAULTS_HI } from "./gateway_faults_hi.ts";
import { GATEWAY_FAULTS_MR } from "./gateway_faults_mr.ts";

/** A fault in words. */
export interface FaultWords {
  /** What it is called. */
  readonly title: string;
  /** What that means for the site and its drivers. */
  readonly meaning: string;
  /** What to do first. */
  readonly remedy: string;
}

/** Of each fault its name, what it means, and what to do first. */
export type FaultTexts = Readonly<
  Record<FaultCode, readonly [title: string, meaning: string, remedy: string]>
>;

/** All words, by language. */
export const FAULT_TEXTS: Readonly<Record<SiteView["language"], FaultTexts>> = {
  en: { ...CHARGER_FAULTS_EN, ...GATEWAY_FAULTS_EN },
  mr: { ...CHARGER_FAULTS_MR, ...GATEWAY_FAULTS_MR },
  hi: { ...CHARGER_FAULTS_HI, ...GATEWAY_FAULTS_HI },
};

/** What is to be said of a fault in that language. */
export function faultWords(language: SiteView["language"], code: FaultCode): FaultWords {
  const [title, meaning, remedy] = FAULT_TEXTS[language][code];
  return { title, meaning, remedy };
}
