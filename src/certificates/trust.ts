import type { X509Certificate } from "node:crypto";
import { certificatesIn } from "./chain.ts";

/** The certificates in PEM texts that may change; each text is read once. */
export function createRoots(texts: () => readonly string[]): () => readonly X509Certificate[] {
  let known = new Map<string, readonly X509Certificate[]>();
  return () => {
    const now = texts();
    const isSame = now.length === known.size && now.every((text) => known.has(text));
    if (!isSame) {
      known = new Map(now.map((text) => [text, known.get(text) ?? certificatesIn(text) ?? []]));
    }
    return [...known.values()].flat();
  };
}
