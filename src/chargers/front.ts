import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import { derValues } from "../certificates/mod.ts";
import type { ShownCertificate } from "./admission.ts";

/** What a TLS front on this machine says of a connection that it passes on. */
export interface FrontWord {
  readonly remoteAddress: string;
  readonly certificate: ShownCertificate | null;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Longer than any chain that a handshake takes. */
const CHAIN_TEXT_MAX = 6_000;

/**
 * Reads the headers of a front, which sets each of them whatever the charger sent: `X-Front-Key` (its
 * secret), `X-Forwarded-For` (the charger's address), `X-Client-Verify` ("0": the certificate is in
 * order), `X-Client-Certificate` and `X-Client-Chain` (its own, and what it sent with it, DER in base64). Null where it is not the front that
 * speaks: not on this machine, or without the secret.
 */
export function frontWord(headers: Headers, peerAddress: string, secret: string): FrontWord | null {
  const key = headers["x-front-key"];
  if (!isLoopback(peerAddress) || typeof key !== "string" || !isSame(key, secret)) return null;
  const forwarded = headers["x-forwarded-for"];
  const remoteAddress = typeof forwarded === "string" ? forwarded.trim() : "";
  if (!/^[0-9a-fA-F.:]{2,45}$/.test(remoteAddress)) return null;
  const chain = [headers["x-client-certificate"], headers["x-client-chain"]].flatMap(certificates);
  if (chain.length === 0) return { remoteAddress, certificate: null };
  const isProven = headers["x-client-verify"] === "0";
  return { remoteAddress, certificate: { chain, isProven } };
}

function certificates(text: Headers[string]): readonly Uint8Array[] {
  if (typeof text !== "string" || text.length > CHAIN_TEXT_MAX) return [];
  // A certificate is a sequence.
  return derValues(Buffer.from(text, "base64")).filter(([tag]) => tag === 0x30);
}

/** 127.0.0.0/8 and ::1, that too where it is written as IPv4 in IPv6. */
export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address) || address === "::1";
}

function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
