import type { Role } from "../site/mod.ts";

/** For whom signing in takes more than a password. */
export type SecondFactorRule = "optional" | "admins" | "all";

/** The rules, from the least to the most. */
export const SECOND_FACTOR_RULES: readonly SecondFactorRule[] = ["optional", "admins", "all"];

/** True for whose role the rule wants a second factor of. */
export function wantsSecondFactor(rule: SecondFactorRule, role: Role): boolean {
  return rule === "all" || rule === "admins" && role === "admin";
}

/** True for who has to set one up before anything else. */
export function needsSecondFactor(
  rule: SecondFactorRule,
  { role, secondFactor }: { readonly role: Role; readonly secondFactor?: unknown },
): boolean {
  return secondFactor === undefined && wantsSecondFactor(rule, role);
}
