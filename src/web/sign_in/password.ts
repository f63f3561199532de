import { Buffer } from "node:buffer";
import { scrypt, timingSafeEqual } from "node:crypto";
import type { Ids } from "../../lib/ids.ts";

/** How much work a digest costs whoever wants to guess the password. */
export interface ScryptCost {
  /** N: a power of two. Memory is 128 · N · r bytes. */
  readonly cost: number;
  /** r */
  readonly blockSize: number;
  /** p */
  readonly parallelization: number;
}

/** About 0.2 s and 32 MB on a small machine. */
export const SCRYPT_COST: ScryptCost = { cost: 32_768, blockSize: 8, parallelization: 1 };

/** A stored digest may not ask for more than this, whoever wrote it. */
const COST_MAX = 131_072;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/**
 * A salted scrypt digest of a password, with its parameters:
 * `scrypt$N=32768,r=8,p=1$<salt>$<key>`, both base64. Runs off the event loop.
 */
export async function hashPassword(
  password: string,
  ids: Ids,
  cost: ScryptCost = SCRYPT_COST,
): Promise<string> {
  const salt = Buffer.from(ids.secret(SALT_BYTES));
  const key = await derive(password, salt, cost);
  const parameters = `N=${cost.cost},r=${cost.blockSize},p=${cost.parallelization}`;
  return `scrypt$${parameters}$${salt.toString("base64")}$${key.toString("base64")}`;
}

/** True when `password` is the one behind the digest. False for a digest that cannot be read. */
export async function verifyPassword(password: string, digest: string): Promise<boolean> {
  const parts = readDigest(digest);
  if (parts === null) return false;
  return timingSafeEqual(await derive(password, parts.salt, parts.cost), parts.key);
}

interface DigestParts {
  readonly cost: ScryptCost;
  readonly salt: Buffer;
  readonly key: Buffer;
}

function readDigest(digest: string): DigestParts | null {
  const match = /^scrypt\$N=(\d{1,7}),r=(\d{1,2}),p=(\d)\$([\w+/=]+)\$([\w+/=]+)$/.exec(digest);
  if (match === null) return null;
  const [cost = 0, blockSize = 0, parallelization = 0] = match.slice(1, 4).map(Number);
  const [salt, key] = match.slice(4).map((text) => Buffer.from(text, "base64"));
  const isPowerOfTwo = cost > 1 && Number.isInteger(Math.log2(cost));
  const isUsable = isPowerOfTwo && cost <= COST_MAX && blockSize >= 1 && blockSize <= 16 &&
    parallelization >= 1 && parallelization <= 4 && key?.length === KEY_BYTES;
  if (!isUsable || salt === undefined || key === undefined) return null;
  return { cost: { cost, blockSize, parallelization }, salt, key };
}

function derive(password: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  // The same letters may reach us composed or decomposed, by keyboard and system.
  const secret = password.normalize("NFKC");
  const maxmem = 256 * cost.cost * cost.blockSize;
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, KEY_BYTES, { ...cost, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
