import { compact, type Json } from "../../../lib/json.ts";
import type { Translation } from "../codec.ts";
import { clipped, optional } from "../translations.ts";
import { exchange } from "./_exchange.ts";

const VENDOR_ID_MAX = 255;
const MESSAGE_ID_MAX = 50;

/**
 * 1.6 has texts where 2.1 has any JSON. The text of an object or a list becomes one, if nothing in it
 * is lost thereby (numbers longer than a double, repeated fields); every other text stays a text.
 */
const data: Translation<string, Json> = {
  read(text) {
    const value = /^\s*[{[]/.test(text) ? parseJson(text) : undefined;
    return value !== undefined && JSON.stringify(value) === withoutSpaces(text) ? value : text;
  },
  write: (value) => typeof value === "string" ? value : JSON.stringify(value),
};

const optionalData = optional(data);

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON without what stands between its tokens. */
function withoutSpaces(text: string): string {
  return text.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, (_match, quoted = "") => quoted);
}

export const dataTransfer = exchange<"DataTransfer", "DataTransfer">("DataTransfer", {
  read: ({ vendorId, messageId, ...wire }, notes) =>
    compact({ vendorId, messageId, data: notes.read("data", optionalData, wire.data) }),
  write: ({ vendorId, messageId, ...inside }, notes) =>
    compact({
      vendorId: clipped(vendorId, VENDOR_ID_MAX),
      messageId: clipped(messageId, MESSAGE_ID_MAX),
      data: notes.write("data", optionalData, inside.data),
    }),
}, {
  read: ({ status, ...wire }, notes) =>
    compact({ status, data: notes.read("data", optionalData, wire.data) }),
  write: ({ status, ...inside }, notes) =>
    compact({ status, data: notes.write("data", optionalData, inside.data) }),
});
