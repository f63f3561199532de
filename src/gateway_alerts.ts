import { type AlertLetter, alertLetter, type AlertSite } from "./gateway_alert_letter.ts";
import { type Clock, every, isoTime } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import { errorText, type Log } from "./lib/log.ts";
import type { Spawner } from "./lib/spawn.ts";
import { drop, put, type WriteOf } from "./lib/write.ts";
import {
  type AlertAddress,
  type AlertEvent,
  type AlertRule,
  dueAlert,
  type FaultAt,
  type Faults,
  isQuiet,
  newAlertBook,
  notedOutcome,
  stepAlerts,
} from "./operations/mod.ts";
import type {
  AlertBook,
  AlertCollections,
  FaultEpisode,
  PendingAlert,
  SiteBook,
  SiteEvents,
} from "./site/mod.ts";
import type { AlertRuleView, WebAlerts, WebCommands } from "./web/mod.ts";

/** Takes a letter to people or programs. Rejects, in words that a person can act on, where it cannot. */
export type AlertDelivery = (
  to: Exclude<AlertAddress, { readonly kind: "mqtt" }>,
  letter: AlertLetter,
  signal: AbortSignal,
) => Promise<void>;

/** Publishes a letter at the broker; false where it cannot now. */
export type AlertPublishing = (ruleId: string, payload: string) => boolean;

/** What the desk works with. */
export interface AlertPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly faults: Pick<Faults, "list">;
  /** Takes what is to be on disk. */
  readonly keep: (writes: readonly WriteOf<AlertCollections>[]) => void;
  readonly deliver: AlertDelivery;
  /** The charger that a fault is at; null where it is at none. */
  readonly chargerOf: (subject: string) => string | null;
  readonly site: AlertSite;
}

/** Tells people of faults. */
export interface AlertDesk extends WebAlerts {
  start(): void;
  stop(): void;
  /** From now on there is a broker. */
  publishBy(publish: AlertPublishing): void;
  /** Sends a message that says that it is a test, once, and says whether it arrived. */
  readonly sendTest: WebCommands["testAlert"];
}

const LOOK_MS = 15_000;
/** What goes wrong for a moment is nothing to speak of. */
const TROUBLE_TRIES = 3;

/** Creates the desk; `kept`: the books of former lives. */
export function createAlertDesk(
  rules: readonly AlertRule[],
  kept: ReadonlyMap<string, AlertBook>,
  ports: AlertPorts,
): AlertDesk {
  const { clock, log, spawn, events, keep, site } = ports;
  const books = new Map<string, AlertBook>();
  const sending = new Set<string>();
  const closing = new AbortController();
  let publish: AlertPublishing | null = null;
  let endings: readonly (() => void)[] = [];

  const bookOf = (rule: AlertRule) => books.get(rule.id) ?? newAlertBook(rule.id);
  const quietNow = (rule: AlertRule) => isQuiet(rule, clock.wallMs(), site.timezone);
  const at = (episode: FaultEpisode): FaultAt => ({
    episode,
    chargerId: ports.chargerOf(episode.subject),
  });

  function change(rule: AlertRule, book: AlertBook): void {
    if (book === books.get(rule.id)) return;
    books.set(rule.id, book);
    keep([put("alert-books", rule.id, book)]);
  }

  function take(rule: AlertRule, event: AlertEvent): void {
    change(rule, stepAlerts(rule, bookOf(rule), event, clock.wallMs(), quietNow(rule)));
    if (sending.has(rule.id) || closing.signal.aborted) return;
    const message = dueAlert(bookOf(rule), clock.wallMs());
    if (message === null) return;
    sending.add(rule.id);
    spawn("send alert", () => send(rule, message));
  }

  async function send(rule: AlertRule, message: PendingAlert): Promise<void> {
    const trouble = await attempt(rule, alertLetter(message, rule, site));
    sending.delete(rule.id);
    // Not counted: it is sent after the start.
    if (closing.signal.aborted && trouble !== null) return;
    if (trouble === null) {
      log("info", "alert_sent", { rule: rule.id, to: rule.to.kind, faults: message.items.length });
      if (message.tries >= TROUBLE_TRIES) tell(rule, "over", `Alerts of ${rule.id} arrive again`);
      return take(rule, { kind: "delivered", id: message.id });
    }
    log("warning", "alert_not_sent", { rule: rule.id, to: rule.to.kind, error: trouble });
    take(rule, { kind: "failed", id: message.id, reason: trouble });
    if (message.tries + 1 < TROUBLE_TRIES) return;
    tell(rule, "raised", `Alerts of ${rule.id} do not arrive: ${trouble}. Tried again`);
  }

  /** Why it did not arrive; null where it did. */
  async function attempt({ id, to }: AlertRule, letter: AlertLetter): Promise<string | null> {
    try {
      if (to.kind !== "mqtt") await ports.deliver(to, letter, closing.signal);
      else if (publish?.(id, letter.json) !== true) return "there is no connection to the broker";
      return null;
    } catch (error) {
      return (error instanceof Error ? error.message : errorText(error)).slice(0, 200);
    }
  }

  function tell({ id: subject }: AlertRule, state: "raised" | "over", text: string): void {
    events.emit("fault", { kind: "alert-not-sent", severity: "warning", subject, text, state });
  }

  function forgetOthers(): void {
    const gone = [...kept.keys()].filter((id) => !rules.some((rule) => rule.id === id));
    if (gone.length > 0) keep(gone.map((id) => drop("alert-books", id)));
  }

  return {
    start() {
      for (const rule of rules) {
        const book = kept.get(rule.id);
        if (book !== undefined) books.set(rule.id, book);
      }
      forgetOthers();
      if (rules.length === 0) return;
      const look = (event: AlertEvent) => rules.forEach((rule) => take(rule, event));
      look({ kind: "standing", faults: ports.faults.list("standing").map(at) });
      endings = [
        events.on("fault-episode", (episode) => look({ kind: "fault", fault: at(episode) })),
        every(clock, LOOK_MS, () => look({ kind: "look" })),
      ];
    },
    stop() {
      endings.forEach((end) => end());
      closing.abort();
    },
    publishBy(given) {
      publish = given;
    },
    rules: () => rules.map((rule) => viewOf(rule, bookOf(rule), quietNow(rule))),
    async sendTest(ruleId, by) {
      const rule = rules.find(({ id }) => id === ruleId);
      if (rule === undefined) {
        const advice = "See alerts.rules in site.yaml";
        return { kind: "refused", reason: "There is no such rule of alerts", advice };
      }
      const atMs = clock.wallMs();
      const message = { id: `${rule.id}-test-${atMs}`, kind: "test", atMs } as const;
      const letter = alertLetter({ ...message, items: [], more: 0 }, rule, site);
      const trouble = await attempt(rule, letter);
      log("info", "alert_tested", { rule: rule.id, by, arrived: trouble === null });
      const outcome = trouble === null ? "delivered" : "given-up";
      const noted = { kind: "test", faults: 0, outcome, reason: trouble ?? "" } as const;
      change(
        rule,
        notedOutcome(bookOf(rule), { messageId: message.id, atMs: clock.wallMs(), ...noted }),
      );
      return trouble === null
        ? { kind: "accepted", detail: "The test alert arrived" }
        : { kind: "failed", reason: trouble, advice: "Check the rule and the network" };
    },
  };
}

/** The charger that a fault is at; null where it is at none. */
export function chargerOfSubject(
  site: Pick<SiteBook, "slots" | "charger" | "slotsOf">,
  subject: string,
): string | null {
  const slot = /^slot (\d{1,9})$/.exec(subject)?.[1];
  if (slot !== undefined) return site.slots().get(Number(slot))?.chargerId ?? null;
  const isCharger = site.charger(subject) !== undefined || site.slotsOf(subject).length > 0;
  return isCharger ? subject : null;
}

function viewOf(rule: AlertRule, book: AlertBook, isNow: boolean): AlertRuleView {
  const { id, to, severity, quiet, perHour } = rule;
  const untold = book.entries.filter(({ told, overMs }) => told === null || overMs !== null);
  return {
    id,
    to: to.kind,
    severity,
    quiet: quiet === null ? null : { ...quiet, isNow },
    perHour,
    waiting: untold.length + book.more,
    undelivered: book.pending.length,
    deliveries: book.outcomes.toReversed().map(({ atMs, ...outcome }) => ({
      ...outcome,
      at: isoTime(atMs),
    })),
  };
}
