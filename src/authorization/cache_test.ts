import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { AuthorizationStatus, IdTokenInfo } from "../ocpp/mod.ts";
import { type AuthorizationCache, type CachedToken, lookUp, remember } from "./cache.ts";

const NOW_MS = Date.UTC(2026, 4, 1);
const DAY_MS = 86_400_000;
const accepted: IdTokenInfo = { status: "Accepted" };
const blocked: IdTokenInfo = { status: "Blocked" };

function expiring(offsetMs: number): IdTokenInfo {
  return { status: "Accepted", cacheExpiryDateTime: new Date(NOW_MS + offsetMs).toISOString() };
}

function entry(digest: string, agoMs: number, info = accepted): CachedToken {
  return { digest, info, usedAtMs: NOW_MS - agoMs };
}

function cacheOf(...entries: readonly CachedToken[]): AuthorizationCache {
  return new Map(entries.map((each) => [each.digest, each]));
}

// Looking up

Deno.test("lookUp() knows nothing of a token that was never learnt", () => {
  assertEquals(lookUp(cacheOf(entry("a", 0)), "b", NOW_MS, DAY_MS), { kind: "unknown" });
});

const AGES: readonly [what: string, agoMs: number, found: boolean][] = [
  ["used just now", 0, true],
  ["unused for exactly the lifetime", DAY_MS, true],
  ["unused a moment longer than the lifetime", DAY_MS + 1, false],
  ["used in the future, since the clock was set back", -DAY_MS, true],
];

for (const [what, agoMs, found] of AGES) {
  Deno.test(`lookUp() of a token ${what} says ${found ? "found" : "unknown"}`, () => {
    const cached = entry("a", agoMs);
    assertEquals(
      lookUp(cacheOf(cached), "a", NOW_MS, DAY_MS),
      found ? { kind: "found", cached } : { kind: "unknown" },
    );
  });
}

Deno.test("lookUp() gives bad and expired answers too: what they mean is not its business", () => {
  for (const info of [blocked, expiring(-1)]) {
    assertEquals(lookUp(cacheOf(entry("a", 0, info)), "a", NOW_MS, DAY_MS).kind, "found");
  }
});

// Remembering

Deno.test("remember() stores the answer with the time it was learnt", () => {
  const cache = cacheOf(entry("a", 9));
  const { cache: next, stored, evicted } = remember(cache, "b", blocked, NOW_MS, 5);
  assertEquals(stored, entry("b", 0, blocked));
  assertEquals([next, evicted], [cacheOf(entry("a", 9), stored), []]);
});

Deno.test("remember() replaces an older answer about the same token, good or bad", () => {
  const first = remember(new Map(), "a", accepted, NOW_MS - 5, 1);
  const second = remember(first.cache, "a", blocked, NOW_MS, 1);
  assertEquals([second.cache, second.evicted], [cacheOf(entry("a", 0, blocked)), []]);
});

Deno.test("remember() leaves the cache that it was given as it was", () => {
  const cache = cacheOf(entry("a", 9), entry("b", 8));
  const added = remember(cache, "c", accepted, NOW_MS, 2);
  const replaced = remember(cache, "a", blocked, NOW_MS, 2);
  assertEquals([added.cache.size, replaced.cache.size], [2, 2]);
  assertEquals(cache, cacheOf(entry("a", 9), entry("b", 8)));
});

const STATUSES: readonly AuthorizationStatus[] = [
  "Blocked",
  "ConcurrentTx",
  "Expired",
  "Invalid",
  "NoCredit",
  "NotAllowedTypeEVSE",
  "NotAtThisLocation",
  "NotAtThisTime",
  "Unknown",
];

for (const status of STATUSES) {
  Deno.test(`a full cache lets an older valid answer stay and a newer "${status}" go`, () => {
    const cache = cacheOf(entry("valid", 100), entry("bad", 1, { status }));
    assertEquals(remember(cache, "new", accepted, NOW_MS, 2).evicted, ["bad"]);
  });
}

Deno.test("a full cache counts an answer that has expired as not valid", () => {
  const cache = cacheOf(entry("valid", 100), entry("expired", 1, expiring(-1)));
  assertEquals(remember(cache, "new", accepted, NOW_MS, 2).evicted, ["expired"]);
  const later = cacheOf(entry("valid", 100), entry("expires later", 1, expiring(1)));
  assertEquals(remember(later, "new", accepted, NOW_MS, 2).evicted, ["valid"]);
});

Deno.test("a full cache of valid answers lets the one go that was unused longest", () => {
  const cache = cacheOf(entry("a", 10), entry("b", 30), entry("c", 20));
  assertEquals(remember(cache, "new", accepted, NOW_MS, 3).evicted, ["b"]);
});

Deno.test("of answers of one moment the one that was learnt first goes first", () => {
  const first = remember(cacheOf(entry("a", 0), entry("b", 0)), "a", accepted, NOW_MS, 2);
  assertEquals(remember(first.cache, "new", accepted, NOW_MS, 2).evicted, ["b"]);
});

Deno.test("a full cache never lets the newest answer go, even if it is bad", () => {
  const { cache, evicted } = remember(cacheOf(entry("a", 5)), "new", blocked, NOW_MS, 1);
  assertEquals([[...cache.keys()], evicted], [["new"], ["a"]]);
});

Deno.test("a stranger's invalid tokens push out no more than one valid answer", () => {
  let cache = cacheOf(...["a", "b", "c", "d"].map((digest, index) => entry(digest, 10 + index)));
  for (let count = 0; count < 50; count++) {
    cache = remember(cache, `junk ${count}`, { status: "Invalid" }, NOW_MS + count, 4).cache;
  }
  assertEquals([...cache.keys()], ["a", "b", "c", "junk 49"]);
});

Deno.test("a cache that was filled under a larger capacity shrinks at the next answer", () => {
  const cache = cacheOf(entry("a", 4), entry("b", 3, blocked), entry("c", 2), entry("d", 1));
  const { cache: next, evicted } = remember(cache, "new", accepted, NOW_MS, 2);
  assertEquals(evicted, ["b", "a", "c"]);
  assertEquals([...next.keys()], ["d", "new"]);
});

const INFOS = fc.oneof(
  fc.constant(accepted),
  fc.constantFrom(...STATUSES).map((status): IdTokenInfo => ({ status })),
  fc.integer({ min: -50, max: 50 }).map(expiring),
);
const LESSONS = fc.array(
  fc.tuple(fc.constantFrom("a", "b", "c", "d", "e", "f"), INFOS, fc.integer({ min: 0, max: 9 })),
  { maxLength: 40 },
);

/** 1.6 §3.5.1, by looking for the one entry that is worse than all others. */
function victimOf(cache: AuthorizationCache, newest: string, nowMs: number): string | undefined {
  let victim: CachedToken | undefined;
  const isGood = ({ status, cacheExpiryDateTime: until }: IdTokenInfo) =>
    status === "Accepted" && (until === undefined || Date.parse(until) > nowMs);
  for (const each of cache.values()) {
    if (each.digest === newest) continue;
    const isWorse = victim === undefined ||
      (isGood(victim.info) && !isGood(each.info)) ||
      (isGood(victim.info) === isGood(each.info) && each.usedAtMs < victim.usedAtMs);
    if (isWorse) victim = each;
  }
  return victim?.digest;
}

Deno.test("whatever is learnt: the newest answer is there, the capacity is kept, the worst goes", () => {
  fc.assert(fc.property(LESSONS, fc.integer({ min: 1, max: 4 }), (lessons, capacity) => {
    let cache: AuthorizationCache = new Map();
    let nowMs = NOW_MS;
    for (const [digest, info, passedMs] of lessons) {
      nowMs += passedMs;
      const isFull = cache.size === capacity && !cache.has(digest);
      const victim = isFull ? victimOf(cache, digest, nowMs) : undefined;
      const change = remember(cache, digest, info, nowMs, capacity);
      assertEquals(change.evicted, victim === undefined ? [] : [victim]);
      assertEquals(change.cache.get(digest), { digest, info, usedAtMs: nowMs });
      assert(change.cache.size <= capacity);
      for (const [kept, held] of cache) {
        if (kept !== digest && kept !== victim) assertEquals(change.cache.get(kept), held);
      }
      cache = change.cache;
    }
  }));
});
