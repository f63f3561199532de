import { assertEquals } from "@std/assert";
import type { ClockTrust } from "../site/mod.ts";
import { CLOCK_OFF_AFTER_MS, createClockWatch, isClockOff, timeSourceOf } from "./clock_watch.ts";

const MINUTE_MS = 60_000;

/** Looks once a minute at a charger whose clock is off by so much in each; null: it is away. */
function looked(
  offsetsMs: readonly (number | null)[],
  but: { trust?: ClockTrust; doubtMs?: number } = {},
) {
  const watch = createClockWatch();
  return offsetsMs.map((offsetMs, minute) =>
    watch.look(
      { wallMs: minute * MINUTE_MS, monoMs: minute * MINUTE_MS },
      but.trust ?? "known",
      false,
      [{ chargerId: "CP01", offsetMs, doubtMs: but.doubtMs ?? 0 }],
    ).map(({ state, text }) => `${state}: ${text}`).join()
  );
}

const MINUTES = CLOCK_OFF_AFTER_MS / MINUTE_MS;
const OFF = Array<number>(MINUTES + 1).fill(-90_000);

Deno.test("a charger's clock that stays wrong is told after ten minutes, and when it is right again", () => {
  const said = looked([...OFF, 200]);
  assertEquals(said.slice(0, MINUTES).every((each) => each === ""), true);
  assertEquals(said.slice(MINUTES), [
    "raised: The clock of CP01 is 90 s behind, though it is told the time",
    "over: The clock of CP01 is right",
  ]);
});

Deno.test("a clock that a boot puts right in time is no fault, nor one that is off by little", () => {
  const raised = (said: readonly string[]) => said.filter((each) => each.startsWith("raised"));
  assertEquals(raised(looked([...OFF.slice(0, 5), 100, ...OFF.slice(0, 8)])), []);
  assertEquals(raised(looked(OFF.map(() => 29_000))), []);
});

Deno.test("a charger that is away keeps its fault, and what may only be late messages is none", () => {
  assertEquals(looked([...OFF, null, null]).slice(-2), ["", ""]);
  assertEquals(looked(OFF, { doubtMs: 90_000 }).join(""), "");
  assertEquals(isClockOff({ offsetMs: null, doubtMs: 0 }), false);
});

Deno.test("by a clock that is wrong itself no charger is blamed", () => {
  assertEquals(looked(OFF, { trust: "untrusted" }).join(""), "");
});

Deno.test("the time comes from the CSMS before a time server, and from nobody where it cannot be", () => {
  assertEquals(timeSourceOf("known", true), "csms");
  assertEquals(timeSourceOf("presumed", true), "ntp");
  assertEquals(timeSourceOf("presumed", false), "machine");
  assertEquals(timeSourceOf("untrusted", true), "none");
});

Deno.test("since when the time comes from where it comes is known from the first look", () => {
  const watch = createClockWatch();
  assertEquals(watch.source(), null);
  for (
    const [wallMs, trust] of [[1_000, "presumed"], [2_000, "known"], [3_000, "known"]] as const
  ) {
    watch.look({ wallMs, monoMs: wallMs }, trust, false, []);
  }
  assertEquals(watch.source(), { source: "csms", sinceMs: 2_000 });
});
