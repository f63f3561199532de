import type { SignedReading } from "../transactions/mod.ts";

/** Formats of signed data by the names that S.A.F.E.'s transparency software has for them. */
export type SignedFormat = "OCMF" | "ALFEN" | "PCDF" | "EDL_40_P" | "EDL_40_MENNEKES";

/** How a text is encoded, in the words of the transparency software. */
export type TextEncoding = "plain" | "base64" | "hex";

/** What a reading is, as far as its own text and what its charger said tell. */
export interface SignedForm {
  /** Null where neither tells: then whoever checks it has to know. */
  readonly format: SignedFormat | null;
  readonly encoding: TextEncoding;
  /** The text as it was signed, where it is one. */
  readonly plain: string | null;
  /** It is a document for the transparency software by itself. */
  readonly isDocument: boolean;
}

/** How texts of a format begin. */
const BEGINNINGS: readonly (readonly [string, SignedFormat])[] = [
  ["OCMF|", "OCMF"],
  ["AP;", "ALFEN"],
  ["PCDF", "PCDF"],
];

/** What chargers call them; the rest of the word does not matter. */
const NAMES: readonly (readonly [RegExp, SignedFormat])[] = [
  [/^ocmf/i, "OCMF"],
  [/^alfen/i, "ALFEN"],
  [/^pcdf/i, "PCDF"],
  [/mennekes/i, "EDL_40_MENNEKES"],
  [/^edl/i, "EDL_40_P"],
];

/** Looks at a reading; changes nothing of it. */
export function signedForm({ signedMeterData, encodingMethod = "" }: SignedReading): SignedForm {
  const named = NAMES.find(([name]) => name.test(encodingMethod))?.[1] ?? null;
  const encoding = encodingOf(signedMeterData);
  const plain = plainOf(signedMeterData, encoding);
  const begun = BEGINNINGS.find(([start]) => plain?.startsWith(start) === true)?.[1];
  return {
    format: begun ?? named,
    encoding,
    plain,
    isDocument: plain !== null && /^\uFEFF?\s*<(\?xml|values|signedMeterValue)\b/.test(plain),
  };
}

/** Hex and base64 are told from what is written plainly by the letters that they use. */
export function encodingOf(text: string): TextEncoding {
  if (BEGINNINGS.some(([start]) => text.startsWith(start))) return "plain";
  if (/^(?:[0-9a-f]{2}){4,}$/i.test(text)) return "hex";
  const isBase64 = text.length >= 8 && text.length % 4 === 0 &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  return isBase64 ? "base64" : "plain";
}

/** The bytes that an encoded text stands for. */
export function bytesOf(text: string, encoding: TextEncoding): Uint8Array {
  switch (encoding) {
    case "plain":
      return new TextEncoder().encode(text);
    case "hex":
      return Uint8Array.fromHex(text);
    case "base64":
      return decodedBase64(text) ?? new TextEncoder().encode(text);
  }
}

function decodedBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return null;
  }
}

function plainOf(text: string, encoding: TextEncoding): string | null {
  if (encoding === "plain") return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(text, encoding));
  } catch {
    return null;
  }
}
