import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { AlertBook, AlertItem, AlertMessage, FaultEpisode } from "../site/mod.ts";
import { type AlertEvent, dueAlert, newAlertBook, stepAlerts } from "./alert_desk.ts";
import { type AlertRule, isQuiet } from "./alert_rule.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const RULE: AlertRule = {
  id: "office",
  to: { kind: "mqtt" },
  severity: "warning",
  codes: [],
  subjects: [],
  quiet: { from: "22:00", to: "06:00", exceptAlarms: true },
  foldMs: 10 * MINUTE_MS,
  perHour: 3,
  language: "en",
};

function episode(facts: Partial<FaultEpisode> = {}): FaultEpisode {
  return {
    id: 1,
    code: "GroundFailure",
    kind: "charger-GroundFailure",
    severity: "alarm",
    subject: "slot 1",
    text: "CP1 reports GroundFailure",
    sinceMs: 0,
    lastSeenMs: 0,
    count: 1,
    overMs: null,
    ...facts,
  };
}

const heard = (
  facts: Partial<FaultEpisode> = {},
  chargerId: string | null = "CP1",
): AlertEvent => ({
  kind: "fault",
  fault: { episode: episode(facts), chargerId },
});
const LOOK: AlertEvent = { kind: "look" };

/** Plays events at their times; each message arrives at once, unless nothing arrives. */
function played(
  events: readonly (readonly [atMs: number, event: AlertEvent, quiet?: boolean])[],
  { rule = RULE, arrives = true, book = settledBook(rule) }: {
    rule?: AlertRule;
    arrives?: boolean;
    book?: AlertBook;
  } = {},
): { book: AlertBook; sent: AlertMessage[] } {
  let now = book;
  const sent: AlertMessage[] = [];
  for (const [atMs, event, quiet = false] of events) {
    now = stepAlerts(rule, now, event, atMs, quiet);
    for (let due = dueAlert(now, atMs); arrives && due !== null; due = dueAlert(now, atMs)) {
      sent.push(due);
      now = stepAlerts(rule, now, { kind: "delivered", id: due.id }, atMs, quiet);
    }
  }
  return { book: now, sent };
}

/** A rule that has nothing to say of what stood before it. */
function settledBook(rule: AlertRule): AlertBook {
  return { ...newAlertBook(rule.id), isHolding: false };
}

const said = (sent: readonly AlertMessage[]) =>
  sent.map(({ kind, items, more }) => [
    kind,
    items.map(({ subject, overMs }) => `${subject} ${overMs === null ? "raised" : "over"}`).join(),
    more,
  ]);

Deno.test("a fault is told once when it comes, and once when it is over for good", () => {
  const over = { overMs: HOUR_MS };
  const { sent, book } = played([
    [0, heard()],
    [1_000, heard()],
    [MINUTE_MS, LOOK],
    [HOUR_MS, heard(over)],
    [HOUR_MS + 9 * MINUTE_MS, LOOK],
    [HOUR_MS + 10 * MINUTE_MS, LOOK],
    [HOUR_MS + 11 * MINUTE_MS, LOOK],
  ]);
  assertEquals(said(sent), [["alert", "slot 1 raised", 0], ["alert", "slot 1 over", 0]]);
  assertEquals(sent[1]?.atMs, HOUR_MS + 10 * MINUTE_MS);
  assertEquals([book.entries, book.pending], [[], []]);
});

Deno.test("what comes and goes again and again is told as one, with how often", () => {
  const flaps = Array.from({ length: 20 }, (_, turn): [number, AlertEvent][] => [
    [turn * 5 * MINUTE_MS, heard({ id: turn + 1 })],
    [turn * 5 * MINUTE_MS + 1_000, heard({ id: turn + 1, overMs: 1 })],
  ]).flat();
  const { sent } = played([...flaps, [3 * HOUR_MS, LOOK]]);
  assertEquals(said(sent), [["alert", "slot 1 raised", 0], ["alert", "slot 1 over", 0]]);
  assertEquals([sent[0]?.items[0]?.times, sent[1]?.items[0]?.times], [1, 20]);
});

Deno.test("what comes in quiet hours is told after them in one summary, what is over as well", () => {
  const quietly = { severity: "warning" } as const;
  const { sent } = played([
    [0, heard({ ...quietly, subject: "slot 1" }), true],
    [1_000, heard({ ...quietly, subject: "slot 2" }), true],
    [2_000, heard({ ...quietly, subject: "slot 2", overMs: 2_000 }), true],
    [HOUR_MS, LOOK, true],
    [2 * HOUR_MS, LOOK],
    [3 * HOUR_MS, LOOK],
  ]);
  assertEquals(said(sent), [["summary", "slot 1 raised,slot 2 over", 0]]);
});

Deno.test("an alarm breaks through quiet hours where the rule says so, and no other rule's", () => {
  const events = [[0, heard(), true], [HOUR_MS, LOOK, true], [2 * HOUR_MS, LOOK]] as const;
  assertEquals(played(events).sent.map(({ atMs }) => atMs), [0]);
  const rule = { ...RULE, quiet: { from: "22:00", to: "06:00", exceptAlarms: false } };
  assertEquals(played(events, { rule }).sent.map(({ atMs }) => atMs), [2 * HOUR_MS]);
});

Deno.test("more than so many an hour wait for room and go together", () => {
  const slots = Array.from({ length: 60 }, (_, at): [number, AlertEvent] => [
    at,
    heard({ id: at, subject: `slot ${at}` }),
  ]);
  const { sent } = played([...slots, [HOUR_MS - 1, LOOK], [HOUR_MS + 59, LOOK]]);
  assertEquals(sent.map(({ kind, items, more }) => [kind, items.length, more]), [
    ["alert", 1, 0],
    ["alert", 1, 0],
    ["alert", 1, 0],
    ["summary", 50, 7],
  ]);
});

Deno.test("a fault that grows graver is told again, or for the first time", () => {
  const { sent } = played([
    [0, heard({ severity: "info" })],
    [1, heard({ severity: "warning" })],
    [2, heard({ severity: "alarm" })],
    [3, heard({ severity: "warning" })],
  ]);
  assertEquals(sent.map(({ items }) => items[0]?.severity), ["warning", "alarm"]);
});

Deno.test("a rule hears of its severities, faults and places alone, and not that it does not arrive", () => {
  const told = (rule: Partial<AlertRule>, event: AlertEvent) =>
    played([[0, event]], { rule: { ...RULE, ...rule } }).sent.length;
  assertEquals(told({ codes: ["over-limit"] }, heard()), 0);
  assertEquals(told({ codes: ["GroundFailure"] }, heard()), 1);
  assertEquals(told({ subjects: ["CP1"] }, heard()), 1);
  assertEquals(told({ subjects: ["slot 1"] }, heard()), 1);
  assertEquals(told({ subjects: ["CP2"] }, heard()), 0);
  assertEquals(told({ severity: "alarm" }, heard({ severity: "warning" })), 0);
  const own = { code: "alert-not-sent", kind: "alert-not-sent", subject: "office" } as const;
  assertEquals(told({}, heard(own, null)), 0);
  assertEquals(told({}, heard({ ...own, subject: "other" }, null)), 1);
});

Deno.test("what does not arrive is tried again, each time later, for about a day; what follows waits together", () => {
  let book = played([[0, heard()]], { arrives: false }).book;
  const tries: number[] = [];
  for (let atMs = 0; atMs <= 48 * HOUR_MS; atMs += MINUTE_MS / 2) {
    book = stepAlerts(RULE, book, LOOK, atMs, false);
    const due = dueAlert(book, atMs);
    if (due === null) continue;
    tries.push(atMs);
    book = stepAlerts(RULE, book, { kind: "failed", id: due.id, reason: "HTTP 503" }, atMs, false);
  }
  assertEquals(tries.slice(0, 4), [0, 30_000, 90_000, 210_000]);
  assertEquals(tries.length, 30);
  assert((tries.at(-1) ?? 0) < 25 * HOUR_MS);
  assertEquals(book.outcomes.map(({ outcome, reason }) => [outcome, reason]), [
    ["given-up", "HTTP 503"],
  ]);
});

Deno.test("a clock that is set back keeps nothing from being told", () => {
  const { book } = played([[10 * HOUR_MS, heard()]], { arrives: false });
  const failed = stepAlerts(
    RULE,
    book,
    { kind: "failed", id: "office-1", reason: "" },
    10 * HOUR_MS,
    false,
  );
  assertEquals(dueAlert(failed, 0)?.id, "office-1");
  const { sent } = played([[HOUR_MS, heard()], [HOUR_MS, heard({ overMs: HOUR_MS })], [0, LOOK]]);
  assertEquals(said(sent).at(-1), ["alert", "slot 1 over", 0]);
});

Deno.test("after a start what went meanwhile is over, what came is raised, and a new rule gets one summary", () => {
  const { book } = played([[0, heard()]]);
  const standing: AlertEvent = {
    kind: "standing",
    faults: [{ episode: episode({ subject: "slot 2" }), chargerId: null }],
  };
  const { sent } = played([[HOUR_MS, standing], [2 * HOUR_MS, LOOK]], { book });
  assertEquals(said(sent), [["alert", "slot 2 raised", 0], ["alert", "slot 1 over", 0]]);
  const faults = [1, 2, 3].map((slot) => ({
    episode: episode({ subject: `slot ${slot}` }),
    chargerId: null,
  }));
  const first = played([[0, { kind: "standing", faults }]], { book: newAlertBook("office") });
  assertEquals(first.sent.map(({ kind, items }) => [kind, items.length]), [["summary", 3]]);
});

Deno.test("quiet hours go by the clocks of the site, over midnight and on the night they are changed", () => {
  const at = (time: string, zone = "Asia/Kolkata") => isQuiet(RULE, Date.parse(time), zone);
  assertEquals(at("2026-01-05T16:29:00Z"), false);
  assertEquals(at("2026-01-05T16:30:00Z"), true);
  assertEquals(at("2026-01-06T00:29:00Z"), true);
  assertEquals(at("2026-01-06T00:30:00Z"), false);
  assertEquals(at("2026-03-29T03:59:00Z", "Europe/Berlin"), true);
  assertEquals(at("2026-03-29T04:00:00Z", "Europe/Berlin"), false);
  assertEquals(isQuiet({ ...RULE, quiet: null }, 0, "UTC"), false);
});

type Action =
  | { readonly kind: "raise" | "end"; readonly slot: number }
  | { readonly kind: "pass"; readonly minutes: number }
  | { readonly kind: "post"; readonly arrives: boolean }
  | { readonly kind: "quiet"; readonly quiet: boolean }
  | { readonly kind: "restart" };

const slots = fc.integer({ min: 1, max: 6 });
const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("raise", "end"), slot: slots }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("pass" as const),
        minutes: fc.integer({ min: 0, max: 30 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("post" as const), arrives: fc.boolean() }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("quiet" as const), quiet: fc.boolean() }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "restart" as const }) },
  ),
  { maxLength: 120 },
) as fc.Arbitrary<Action[]>;

Deno.test("however faults, time, failures, quiet hours and restarts go: none is lost, none told twice, all is bounded", () => {
  fc.assert(
    fc.property(actions, fc.integer({ min: 1, max: 5 }), (steps, perHour) => {
      const rule = { ...RULE, perHour };
      let book = newAlertBook(rule.id);
      let nowMs = 0;
      let quiet = false;
      const open = new Map<number, FaultEpisode>();
      const made = new Map<string, AlertMessage>();
      /** What the receiver believes, by subject, and every raise that he was to hear of. */
      const raised = new Set<string>();
      const heardOf = new Set<string>();
      function note(next: AlertBook): void {
        for (const message of next.pending) {
          if (made.has(message.id)) continue;
          made.set(message.id, message);
          message.items.forEach(hearOf);
        }
        book = next;
        const lately = [...made.values()].filter(({ atMs }) => nowMs - atMs < HOUR_MS);
        assert(lately.length <= perHour, `${lately.length} within an hour`);
        assert(book.pending.length <= 20 && book.entries.length <= 6 && book.outcomes.length <= 20);
      }
      function hearOf({ subject, overMs, faultId }: AlertItem): void {
        heardOf.add(`${subject} ${faultId}`);
        if (overMs === null) assert(!raised.has(subject), `${subject} is raised twice`);
        if (overMs === null) raised.add(subject);
        else raised.delete(subject);
      }
      const take = (event: AlertEvent) => note(stepAlerts(rule, book, event, nowMs, quiet));
      let nextId = 1;
      const subjects = new Set<string>();
      for (const step of steps) {
        if (step.kind === "pass") {
          for (let minute = 0; minute < step.minutes; minute++) {
            nowMs += MINUTE_MS;
            take(LOOK);
          }
        } else if (step.kind === "quiet") quiet = step.quiet;
        else if (step.kind === "restart") {
          note(JSON.parse(JSON.stringify(book)));
          const faults = [...open.values()].map((each) => ({ episode: each, chargerId: null }));
          take({ kind: "standing", faults });
        } else if (step.kind === "post") {
          const due = dueAlert(book, nowMs);
          if (due === null) continue;
          take(
            step.arrives
              ? { kind: "delivered", id: due.id }
              : { kind: "failed", id: due.id, reason: "HTTP 500" },
          );
        } else {
          const { slot } = step;
          const before = open.get(slot);
          if ((step.kind === "raise") === (before !== undefined)) continue;
          const subject = `slot ${slot}`;
          subjects.add(subject);
          const next = before === undefined
            ? episode({ id: nextId++, subject, severity: slot > 3 ? "alarm" : "warning" })
            : { ...before, overMs: nowMs };
          if (next.overMs === null) open.set(slot, next);
          else open.delete(slot);
          take({ kind: "fault", fault: { episode: next, chargerId: null } });
        }
      }
      // A calm day later all is told, and the receiver knows what stands.
      quiet = false;
      for (let minute = 0; minute < 24 * 60; minute++) {
        nowMs += MINUTE_MS;
        take(LOOK);
        const due = dueAlert(book, nowMs);
        if (due !== null) take({ kind: "delivered", id: due.id });
      }
      assertEquals(raised, new Set([...open.keys()].map((slot) => `slot ${slot}`)));
      for (const subject of subjects) {
        assert([...heardOf].some((each) => each.startsWith(`${subject} `)), `${subject} is lost`);
      }
      assertEquals([book.pending.length, book.isHolding, book.more], [0, false, 0]);
    }),
    { numRuns: 60 },
  );
});

Deno.test("more faults than a book holds are counted, and the count is told", () => {
  const crowd = Array.from({ length: 700 }, (_, at): [number, AlertEvent, boolean] => [
    at,
    heard({ id: at, subject: `meter ${at}`, severity: "warning" }),
    true,
  ]);
  const { book, sent } = played([...crowd, [HOUR_MS, LOOK]]);
  assertEquals(sent.map(({ items, more }) => items.length + more), [700]);
  assertEquals([book.entries.length, book.more], [600, 0]);
});
