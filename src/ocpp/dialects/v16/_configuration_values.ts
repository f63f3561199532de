import type { Translation } from "../codec.ts";

/** 1.6 lists quantities ("Current,Power"), 2.1 their units ("A,W"). */
export const rateUnits: Translation<string, string> = {
  read: (text) => listed(text, { current: "A", power: "W" }),
  write: (text) => listed(text, { a: "Current", w: "Power" }),
};

function listed(text: string, words: Readonly<Record<string, string>>): string {
  return text.split(",").map((item) => {
    const word = item.trim();
    const plain = word.toLowerCase();
    return Object.hasOwn(words, plain) ? words[plain] : word;
  }).join(",");
}

/** A password that 2.1 allows (passwordString, 16 to 40 characters). */
const PASSWORD = /^[\x20-\x7e]{16,40}$/;

/**
 * 1.6 writes the bytes of the password in hexadecimal, 2.1 the password itself. Bytes that are no
 * readable password stay hexadecimal, in which form they are a password of their own.
 */
export const authorizationKey: Translation<string, string> = {
  read(hex) {
    if (!/^(?:[0-9a-f]{2}){16,40}$/i.test(hex)) return hex;
    const bytes = hex.match(/../g) ?? [];
    const text = bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join("");
    return PASSWORD.test(text) ? text : hex;
  },
  write: (password) =>
    [...new TextEncoder().encode(password)]
      .map((byte) => byte.toString(16).padStart(2, "0")).join("").toUpperCase(),
};
