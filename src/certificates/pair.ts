import { createPrivateKey } from "node:crypto";
import { certificatesIn } from "./chain.ts";
import type { KeyPair } from "./ports.ts";

/** Null for a certificate with its own key. */
export function pairProblem(
  { cert, key }: KeyPair,
): "no certificate" | "no key" | "another" | null {
  const [leaf] = certificatesIn(cert) ?? [];
  if (leaf === undefined) return "no certificate";
  try {
    return leaf.checkPrivateKey(createPrivateKey(key)) ? null : "another";
  } catch {
    return "no key";
  }
}
