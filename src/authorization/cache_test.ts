import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { AuthorizationStatus, IdTokenInfo } from "../ocpp/mod.ts";
import { type CachedToken, createTokenCache, type TokenCache } from "./cache.ts";

const NOW_MS = Date.UTC(2026, 4, 1);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const accepted: IdTokenInfo = { status: "Accepted" };
const blocked: IdTokenInfo = { status: "Blocked" };

function expiring(offsetMs: number): IdTokenInfo {
  return { status: "Accepted", cacheExpiryDateTime: new Date(NOW_MS + offsetMs).toISOString() };
}

function entry(digest: string, agoMs: number, info = accepted): CachedToken {
  return { digest, info, usedAtMs: NOW_MS - agoMs };
}

function storedOf(...entries: readonly CachedToken[]): ReadonlyMap<string, CachedToken> {
  return new Map(entries.map((each) => [each.digest, each]));
}

function cacheOf(capacity: number, ...entries: readonly CachedToken[]): TokenCache {
  return createTokenCache(capacity, storedOf(...entries));
}

// Using

Deno.test("nothing is known of a token that was never learnt", () => {
  assertEquals(cacheOf(5, entry("a", 0)).use("b", NOW_MS, DAY_MS), undefined);
});

const AGES: readonly [what: string, agoMs: number, found: boolean][] = [
  ["used just now", 0, true],
  ["unused for exactly the lifetime", DAY_MS, true],
  ["unused a moment longer than the lifetime", DAY_MS + 1, false],
  ["used in the future, since the clock was set back", -DAY_MS, true],
];

for (const [what, agoMs, found] of AGES) {
  Deno.test(`a token ${what} is ${found ? "" : "not "}known`, () => {
    const cached = entry("a", agoMs);
    assertEquals(cacheOf(5, cached).use("a", NOW_MS, DAY_MS), found ? cached : undefined);
  });
}

Deno.test("a use begins the lifetime anew, and learning does", () => {
  const cache = cacheOf(5, entry("used", 0), entry("learnt", 0), entry("idle", 0));
  const laterMs = NOW_MS + DAY_MS;
  cache.use("used", laterMs, DAY_MS);
  cache.remember("learnt", accepted, laterMs);
  const known = ["used", "learnt", "idle"]
    .filter((digest) => cache.use(digest, laterMs + DAY_MS, DAY_MS) !== undefined);
  assertEquals(known, ["used", "learnt"]);
});

Deno.test("an answer that says until when it holds has no other lifetime (C10.FR.13)", () => {
  const cache = cacheOf(5, entry("a", 0, expiring(50 * DAY_MS)), entry("b", 0, expiring(-1)));
  assert(cache.use("a", NOW_MS + 49 * DAY_MS, DAY_MS) !== undefined);
  // It has expired, which whoever decides finds in it; it is not forgotten, and so no stranger.
  assert(cache.use("b", NOW_MS + 49 * DAY_MS, DAY_MS) !== undefined);
});

Deno.test("bad answers are known as well", () => {
  assertEquals(cacheOf(5, entry("a", 0, blocked)).use("a", NOW_MS, DAY_MS)?.info, blocked);
});

// Clocks

Deno.test("a clock that starts in 1970 forgets nobody, and shortens no life", () => {
  const cache = cacheOf(5, entry("a", DAY_MS), entry("b", 0));
  const bootMs = 60_000;
  assertEquals(cache.timeMs(bootMs), NOW_MS);
  assert(cache.use("a", bootMs, 2 * DAY_MS) !== undefined);
  const { stored } = cache.remember("c", accepted, bootMs);
  assertEquals(stored.usedAtMs, NOW_MS);
  const setMs = NOW_MS + DAY_MS;
  for (const digest of ["a", "b", "c"]) assert(cache.use(digest, setMs, DAY_MS) !== undefined);
});

Deno.test("what is learnt before any time is known is known when the clock is set, and ages from then", () => {
  const cache = cacheOf(5);
  cache.remember("a", accepted, 60_000);
  assert(cache.use("a", NOW_MS, DAY_MS) !== undefined);
  assert(cache.use("a", NOW_MS + DAY_MS, DAY_MS) !== undefined);
  assertEquals(cache.use("a", NOW_MS + 3 * DAY_MS, DAY_MS), undefined);
});

Deno.test("a use after the clock was set back counts from what the clock says then", () => {
  const cache = cacheOf(5, entry("a", -365 * DAY_MS));
  assert(cache.use("a", NOW_MS, DAY_MS) !== undefined);
  assertEquals(cache.usesToWrite().map(({ usedAtMs }) => usedAtMs), [NOW_MS]);
  assertEquals(cache.use("a", NOW_MS + DAY_MS + 1, DAY_MS), undefined);
});

// Writing

Deno.test("uses are written at most once an hour a token, and what is learnt is written anyway", () => {
  const cache = cacheOf(5, entry("a", 0), entry("b", 0));
  const usesAt = (ms: number, ...digests: readonly string[]) => {
    for (const digest of digests) cache.use(digest, NOW_MS + ms, DAY_MS);
    return cache.usesToWrite().map(({ digest, usedAtMs }) => [digest, usedAtMs - NOW_MS]);
  };
  assertEquals(usesAt(HOUR_MS - 1, "a", "b"), []);
  assertEquals(usesAt(HOUR_MS, "a", "a"), [["a", HOUR_MS]]);
  assertEquals(usesAt(2 * HOUR_MS - 1, "a"), []);
  assertEquals(usesAt(2 * HOUR_MS, "a", "b"), [["a", 2 * HOUR_MS], ["b", 2 * HOUR_MS]]);
  cache.use("a", NOW_MS + 5 * HOUR_MS, DAY_MS);
  cache.remember("a", accepted, NOW_MS + 5 * HOUR_MS);
  assertEquals(cache.usesToWrite(), []);
});

Deno.test("a restart costs a token less than an hour of its life, and gives it none", () => {
  fc.assert(fc.property(
    fc.array(fc.record({ passedMs: fc.nat(3 * HOUR_MS), restart: fc.boolean() }), {
      maxLength: 40,
    }),
    (steps) => {
      const disk = new Map(storedOf(entry("a", 0)));
      let cache = createTokenCache(5, disk);
      let nowMs = NOW_MS;
      let usedAtMs = NOW_MS;
      for (const { passedMs, restart } of steps) {
        nowMs += passedMs;
        if (restart) cache = createTokenCache(5, disk);
        if (cache.use("a", nowMs, DAY_MS) !== undefined) usedAtMs = nowMs;
        for (const used of cache.usesToWrite()) disk.set(used.digest, used);
        const lagMs = usedAtMs - (disk.get("a")?.usedAtMs ?? 0);
        assert(lagMs >= 0 && lagMs < HOUR_MS, `${lagMs}`);
      }
    },
  ));
});

// Remembering

Deno.test("remember() stores the answer with the time it was learnt", () => {
  const cache = cacheOf(5, entry("a", 9));
  const { stored, evicted } = cache.remember("b", blocked, NOW_MS);
  assertEquals([stored, evicted], [entry("b", 0, blocked), []]);
  assertEquals([cache.size(), cache.has("a"), cache.has("b")], [2, true, true]);
});

Deno.test("remember() replaces an older answer about the same token, good or bad", () => {
  const cache = cacheOf(1);
  cache.remember("a", accepted, NOW_MS - 5);
  assertEquals(cache.remember("a", blocked, NOW_MS).evicted, []);
  assertEquals(cache.use("a", NOW_MS, DAY_MS)?.info, blocked);
});

Deno.test("additional information about a group is not kept (2.1 C10.FR.14)", () => {
  const additionalInfo = [{ additionalIdToken: "x", type: "y" }];
  const group = { idToken: "FLEET", type: "Central" };
  const info: IdTokenInfo = { status: "Accepted", groupIdToken: { ...group, additionalInfo } };
  const { stored } = cacheOf(5).remember("a", info, NOW_MS);
  assertEquals(stored.info, { status: "Accepted", groupIdToken: group });
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

function evictedOf(capacity: number, ...entries: readonly CachedToken[]): readonly string[] {
  return cacheOf(capacity, ...entries).remember("new", accepted, NOW_MS).evicted;
}

for (const status of STATUSES) {
  Deno.test(`a full cache lets an older valid answer stay and a newer "${status}" go`, () => {
    assertEquals(evictedOf(2, entry("valid", 100), entry("bad", 1, { status })), ["bad"]);
  });
}

Deno.test("a full cache counts an answer that has expired as not valid", () => {
  assertEquals(evictedOf(2, entry("valid", 100), entry("expired", 1, expiring(-1))), ["expired"]);
  assertEquals(evictedOf(2, entry("valid", 100), entry("later", 1, expiring(1))), ["valid"]);
});

Deno.test("a full cache of valid answers lets the one go that was unused longest", () => {
  assertEquals(evictedOf(3, entry("a", 10), entry("b", 30), entry("c", 20)), ["b"]);
});

Deno.test("of answers of one moment the one that was learnt first goes first", () => {
  const cache = cacheOf(2, entry("a", 0), entry("b", 0));
  cache.remember("a", accepted, NOW_MS);
  assertEquals(cache.remember("new", accepted, NOW_MS).evicted, ["b"]);
});

Deno.test("a full cache never lets the newest answer go, even if it is bad", () => {
  const cache = cacheOf(1, entry("a", 5));
  assertEquals(cache.remember("new", blocked, NOW_MS).evicted, ["a"]);
  assert(cache.has("new"));
});

Deno.test("a stranger's invalid tokens push out no more than one valid answer", () => {
  const cache = cacheOf(4, ...["a", "b", "c", "d"].map((name, index) => entry(name, 10 + index)));
  for (let count = 0; count < 50; count++) {
    cache.remember(`junk ${count}`, { status: "Invalid" }, NOW_MS + count);
  }
  assertEquals(["a", "b", "c", "d", "junk 49"].filter((name) => cache.has(name)), [
    "a",
    "b",
    "c",
    "junk 49",
  ]);
});

Deno.test("a cache that was filled under a larger capacity shrinks at the next answer", () => {
  const entries = [entry("a", 4), entry("b", 3, blocked), entry("c", 2), entry("d", 1)];
  assertEquals(evictedOf(2, ...entries), ["b", "a", "c"]);
});

Deno.test("clear() and forget() leave nothing to be written of what is gone", () => {
  const cache = cacheOf(5, entry("a", 5 * HOUR_MS), entry("b", 5 * HOUR_MS));
  for (const digest of ["a", "b"]) cache.use(digest, NOW_MS, DAY_MS);
  assertEquals([cache.forget("a"), cache.forget("a")], [true, false]);
  assertEquals([cache.clear(), cache.size(), cache.usesToWrite()], [["b"], 0, []]);
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
function victimOf(
  cache: ReadonlyMap<string, CachedToken>,
  newest: string,
  nowMs: number,
): string | undefined {
  const isGood = ({ info: { status, cacheExpiryDateTime: until } }: CachedToken) =>
    status === "Accepted" && (until === undefined || Date.parse(until) > nowMs) ? 1 : 0;
  return [...cache.values()].filter(({ digest }) => digest !== newest)
    .toSorted((a, b) => isGood(a) - isGood(b) || a.usedAtMs - b.usedAtMs)[0]?.digest;
}

Deno.test("property: the newest answer is there, the capacity is kept, the worst goes", () => {
  fc.assert(fc.property(LESSONS, fc.integer({ min: 1, max: 4 }), (lessons, capacity) => {
    const cache = createTokenCache(capacity, new Map());
    const model = new Map<string, CachedToken>();
    let nowMs = NOW_MS;
    for (const [digest, info, passedMs] of lessons) {
      nowMs += passedMs;
      const isFull = model.size === capacity && !model.has(digest);
      const victim = isFull ? victimOf(model, digest, nowMs) : undefined;
      const { stored, evicted } = cache.remember(digest, info, nowMs);
      assertEquals(evicted, victim === undefined ? [] : [victim]);
      assertEquals(stored, { digest, info, usedAtMs: nowMs });
      model.delete(digest);
      model.set(digest, stored);
      if (victim !== undefined) model.delete(victim);
      assertEquals(cache.size(), model.size);
      for (const each of model.keys()) assert(cache.has(each));
    }
  }));
});

Deno.test("10 000 entries: a use and a lesson cost little, though the cache is full", () => {
  const entries = Array.from({ length: 10_000 }, (_, n) => entry(`t${n}`, n, expiring(DAY_MS + n)));
  const cache = cacheOf(10_000, ...entries);
  const beginMs = performance.now();
  for (let n = 0; n < 500; n++) {
    cache.use(`t${n}`, NOW_MS + n, DAY_MS);
    cache.remember(`new ${n}`, accepted, NOW_MS + n);
  }
  const eachMs = (performance.now() - beginMs) / 500;
  assert(eachMs < 5, `${eachMs} ms each`);
});
