import { type AuthorizationPolicy, decide } from "../../src/authorization/mod.ts";
import type { StartAnswer } from "../../src/ocpp/mod.ts";
import {
  createOutbox,
  foldEvents,
  headerOf,
  type Outbox,
  OUTBOX_LIMITS,
  type OutboxRow,
  type OutboxRules,
  projectTo16,
  withLateReadings,
} from "../../src/outbox/mod.ts";
import type { Decision } from "../../src/site/mod.ts";
import {
  bindUpstream,
  chargerRebooted,
  closeInterrupted,
  followedBy,
  meterTransaction,
  NO_TRANSACTIONS,
  openOn,
  refuseTransaction,
  startTransaction,
  statusReported,
  stopTransaction,
  type Transaction,
  type TransactionFact,
  type TransactionState,
  type TransactionStep,
} from "../../src/transactions/mod.ts";
import { ASHA, at, atMs } from "../contract/sessions.ts";
import type { Conditions, Happening } from "./happening.ts";
import {
  IDLE_CHARGER,
  type ModelCharger,
  runningSession,
  telling,
  type Untold,
  withFound,
  withSession,
} from "./model_charger.ts";
import { told, type ToldCsms, UNTOLD } from "./told_csms.ts";

/**
 * One connector, its charger, the gateway's deciding rooms and a CSMS, as a value: what happens gives
 * the next one, so that all continuations of a beginning share it. The rooms are the gateway's own.
 */
export interface ModelSite {
  readonly second: number;
  readonly isLinkUp: boolean;
  readonly charger: ModelCharger;
  readonly csms: ToldCsms;
  readonly transactions: TransactionState;
  readonly rows: ReadonlyMap<number, OutboxRow>;
  readonly lastRowId: number;
  /** The newest decision about the card: the cache, and ruling 1's moment ago. */
  readonly decision: Decision | null;
  /** Every event that the transactions told, amended ones in place of what they amend. */
  readonly facts: readonly TransactionFact[];
  /** Each answer to a start, by the session. */
  readonly answers: ReadonlyMap<number, StartAnswer>;
  readonly wrongs: readonly string[];
}

/** The site before anything has happened. */
export const QUIET_SITE: ModelSite = {
  second: 0,
  isLinkUp: true,
  charger: IDLE_CHARGER,
  csms: UNTOLD,
  transactions: NO_TRANSACTIONS,
  rows: new Map(),
  lastRowId: 0,
  decision: null,
  facts: [],
  answers: new Map(),
  wrongs: [],
};

const POLICY: AuthorizationPolicy = {
  localPreAuthorize: false,
  localAuthorizeOffline: true,
  unknownOffline: true,
  authorizeRemoteStart: false,
  listEnabled: true,
  listExpires: false,
  cacheEnabled: true,
  cacheLifetimeMs: 86_400_000,
  masterPassGroup: "",
  freeVend: false,
};
const RULES: OutboxRules = { ...OUTBOX_LIMITS, refusalsMax: 3, retryIntervalMs: 1_000 };
const STOPS = { stops: true, allowedWh: 0 };
const STEP_S = 60;
const STEP_WH = 100;
const CHARGER_ID = "CP1";

/** The site after something has happened, and everybody has told what he can tell. */
export function after(site: ModelSite, happening: Happening, given: Conditions): ModelSite {
  const isRunning = runningSession(site.charger) >= 0;
  const registerWh = site.charger.registerWh + (isRunning ? STEP_WH : 0);
  const later = {
    ...site,
    second: site.second + STEP_S,
    charger: { ...site.charger, registerWh },
  };
  return settled(happened(later, happening, given), given);
}

function happened(site: ModelSite, happening: Happening, given: Conditions): ModelSite {
  switch (happening) {
    case "authorize":
      return isReached(site, given) ? authorized(site, given) : site;
    case "start":
      return started(site);
    case "deauthorize":
      return { ...site, csms: { ...site.csms, isBlocked: true } };
    case "stop":
      return stopped(site, "Local");
    case "reboot":
      return rebooted(site, given);
    case "link down":
      return { ...site, isLinkUp: false };
    case "link up":
      return { ...site, isLinkUp: true, charger: withFound(site.charger) };
  }
}

const isReached = ({ isLinkUp }: ModelSite, { link }: Conditions) => isLinkUp || link === "csms";
const isOnline = ({ isLinkUp }: ModelSite, { link }: Conditions) => isLinkUp || link === "charger";

function authorized(site: ModelSite, given: Conditions): ModelSite {
  const decision = decisionOn(site, given, null);
  const charger = { ...site.charger, mayStart: decision.info.status === "Accepted" };
  return { ...site, charger, decision };
}

/** The authorizer's own decision, with a CSMS that answers whenever it can be asked. */
function decisionOn(site: ModelSite, given: Conditions, recent: Decision | null): Decision {
  const asked = {
    idToken: ASHA,
    listed: undefined,
    cached: site.decision === null ? undefined : {
      digest: "asha",
      info: site.decision.info,
      learntAtMs: atMs(0),
      usedAtMs: atMs(site.second),
    },
    online: isOnline(site, given),
    nowWallMs: atMs(site.second),
  };
  const more = recent === null ? {} : { recent };
  const verdict = decide({ ...asked, more }, POLICY);
  if (verdict.kind === "decided") return verdict.decision;
  const answer = { status: site.csms.isBlocked ? "Blocked" as const : "Accepted" as const };
  const answered = decide({ ...asked, more: { answer } }, POLICY);
  if (answered.kind !== "decided") throw new Error("An answer of the CSMS decides nothing");
  return answered.decision;
}

/** A session that runs tells its start again: its charger has heard no answer. */
function started(site: ModelSite): ModelSite {
  const { charger } = site;
  const running = runningSession(charger);
  if (running >= 0) {
    return { ...site, charger: telling(charger, { kind: "start", session: running }) };
  }
  const session = {
    start: {
      evseId: 1,
      idToken: ASHA,
      meterStartWh: charger.registerWh,
      timestamp: at(site.second),
    },
    stop: null,
    meteredWh: null,
    isForgotten: false,
    number: null,
  };
  const begun = { ...charger, mayStart: false, sessions: [...charger.sessions, session] };
  const place = charger.sessions.length;
  return {
    ...site,
    charger: telling(begun, { kind: "start", session: place }, { kind: "meter", session: place }),
  };
}

/** Where nothing runs, the newest Stop is told again. */
function stopped(site: ModelSite, stoppedReason: "Local" | "PowerLoss" | "Remote"): ModelSite {
  const { charger } = site;
  const running = runningSession(charger);
  if (running < 0) {
    const place = charger.sessions.findLastIndex(({ stop }) => stop !== null);
    return place < 0
      ? site
      : { ...site, charger: telling(charger, { kind: "stop", session: place }) };
  }
  const stop = { meterStopWh: charger.registerWh, timestamp: at(site.second), stoppedReason };
  const ended = withSession(charger, running, { stop });
  return { ...site, charger: telling(ended, { kind: "stop", session: running }) };
}

function rebooted(site: ModelSite, { afterReboot }: Conditions): ModelSite {
  const boot = { ...site, charger: telling(site.charger, { kind: "boot" }) };
  const running = runningSession(site.charger);
  if (running < 0) return boot;
  switch (afterReboot) {
    case "goes on":
      return { ...boot, charger: telling(boot.charger, { kind: "meter", session: running }) };
    case "ends it":
      return stopped(boot, "PowerLoss");
    case "ends it late": {
      const { charger } = stopped(boot, "PowerLoss");
      const mislaid = [...charger.mislaid, ...charger.untold.slice(-1)];
      return { ...boot, charger: { ...charger, untold: charger.untold.slice(0, -1), mislaid } };
    }
    case "forgets it": {
      const forgotten = withSession(boot.charger, running, { isForgotten: true });
      return { ...boot, charger: telling(forgotten, { kind: "status", isCharging: false }) };
    }
  }
}

/** Everybody tells what he has to tell, as far as he reaches anybody, until nobody has anything. */
function settled(site: ModelSite, given: Conditions): ModelSite {
  let now = site;
  for (let round = 0; round < 50; round++) {
    const before = now;
    if (isReached(now, given)) now = enforced(emptied(now, given));
    if (isOnline(now, given)) now = uploaded(ordered(now));
    if (now === before) return now;
  }
  return wrong(now, "it does not come to rest");
}

/** The charger empties its queue. */
function emptied(site: ModelSite, given: Conditions): ModelSite {
  let now = site;
  for (let [next] = now.charger.untold; next !== undefined; [next] = now.charger.untold) {
    const charger = { ...now.charger, untold: now.charger.untold.slice(1) };
    now = heard({ ...now, charger }, next, given);
  }
  return now;
}

function heard(site: ModelSite, said: Untold, given: Conditions): ModelSite {
  const now = { nowWallMs: atMs(site.second), offline: !isOnline(site, given) };
  const nowIso = at(site.second);
  switch (said.kind) {
    case "boot": {
      const reboot = { chargerId: CHARGER_ID, cause: "power-loss" as const, ...now };
      return recorded(site, chargerRebooted(site.transactions, reboot));
    }
    case "status": {
      const report = { evseId: 1, connectorId: 1, connectorStatus: "Available" as const };
      const status = { slot: 1, report, nowIso, ...now };
      return recorded(site, statusReported(site.transactions, status));
    }
    case "start":
      return startHeard(site, said.session, given);
    case "stop":
      return stopHeard(site, said.session, now);
    case "meter":
      return meterHeard(site, said.session, { ...now, nowIso });
  }
}

function startHeard(site: ModelSite, place: number, given: Conditions): ModelSite {
  const session = site.charger.sessions[place];
  if (session === undefined) return site;
  const decision = decisionOn(site, given, site.decision);
  const begun = startTransaction(site.transactions, {
    chargerId: CHARGER_ID,
    slot: 1,
    intent: { message: session.start },
    decision,
    newId: `tx-${site.lastRowId + 1}`,
    nowWallMs: atMs(site.second),
    offline: !isOnline(site, given),
  });
  const { id, number } = begun.transaction;
  const isRefused = decision.info.status !== "Accepted" && !begun.isRepeat;
  const step = isRefused
    ? followedBy(begun, refuseTransaction(begun.state, id, "Blocked", STOPS, atMs(site.second)))
    : begun;
  const next = recorded(site, step);
  const charger = withSession(next.charger, place, { number });
  const before = site.answers.get(place);
  const answers = new Map(site.answers).set(place, begun.answer);
  const isSame = before === undefined || JSON.stringify(before) === JSON.stringify(begun.answer);
  const answered = { ...next, charger, answers };
  // After its Stop the same start is another one (ruling 4); no charger repeats it then.
  return isSame ? answered : wrong(answered, `start ${place} was answered in two ways`);
}

function stopHeard(
  site: ModelSite,
  place: number,
  now: { readonly nowWallMs: number; readonly offline: boolean },
): ModelSite {
  const session = site.charger.sessions[place];
  if (session === undefined || session.stop === null) return site;
  const step = stopTransaction(site.transactions, {
    chargerId: CHARGER_ID,
    intent: { message: { ...session.stop, transactionNumber: session.number ?? -1 } },
    mayAmend: outboxOf(site).mayAmend,
    ...now,
  });
  return recorded(site, step);
}

function meterHeard(
  site: ModelSite,
  place: number,
  now: { readonly nowWallMs: number; readonly nowIso: string; readonly offline: boolean },
): ModelSite {
  const session = site.charger.sessions[place];
  if (session === undefined || session.stop !== null) return site;
  const value = site.charger.registerWh;
  const step = meterTransaction(site.transactions, {
    chargerId: CHARGER_ID,
    reading: {
      message: {
        evseId: 1,
        ...(session.number === null ? {} : { transactionNumber: session.number }),
        meterValue: [{ timestamp: now.nowIso, sampledValue: [{ value }] }],
      },
    },
    measuredAtMs: now.nowWallMs,
    wantedIntervalMs: 1,
    mayAmend: outboxOf(site).mayAmend,
    ...now,
  });
  const metered = recorded(site, step);
  return { ...metered, charger: withSession(metered.charger, place, { meteredWh: value }) };
}

/** The gateway sees to it that what is to end ends; the charger does as it is told. */
function enforced(site: ModelSite): ModelSite {
  const open = openOn(site.transactions, 1);
  const running = runningSession(site.charger);
  const isTold = open?.intendedStop !== undefined && open.intendedStop !== null &&
    site.charger.sessions[running]?.number === open.number;
  return isTold ? stopped(site, "Remote") : site;
}

/** A CSMS that does not want the driver ends what it knows of him. */
function ordered(site: ModelSite): ModelSite {
  if (!site.csms.isBlocked) return site;
  const open = openOn(site.transactions, 1);
  if (open?.upstreamNumber === undefined || open.upstreamNumber === null) return site;
  const now = atMs(site.second);
  const step = refuseTransaction(site.transactions, open.id, "Blocked", STOPS, now);
  return step.changed.length === 0 ? site : recorded(site, step);
}

function outboxOf({ rows, lastRowId }: Pick<ModelSite, "rows" | "lastRowId">): Outbox {
  let count = lastRowId;
  const uuid = () => `message-${++count}`;
  const outbox = [...rows.values()].map(headerOf);
  return createOutbox({ uuid }, () => RULES, { outbox, lastRowId });
}

/** Puts a step into the books, and what it has to tell into the outbox. */
function recorded(site: ModelSite, step: TransactionStep): ModelSite {
  const outbox = outboxOf(site);
  const rows = new Map(site.rows);
  for (const write of outbox.record(step, atMs(site.second))) {
    if (write.collection !== "outbox") continue;
    if (write.kind === "put") rows.set(write.value.id, write.value);
    else rows.delete(Number(write.key));
  }
  const amended = step.amendments ?? [];
  const kept = site.facts.map((each) =>
    amended.find(({ transactionId, event }) =>
      transactionId === each.transactionId && event.seqNo === each.event.seqNo
    ) ?? each
  );
  return {
    ...site,
    transactions: step.state,
    rows,
    lastRowId: outbox.lastRowId(),
    facts: [...kept, ...step.facts],
  };
}

/** The gateway tells the CSMS all that is due, in the outbox's order. */
function uploaded(site: ModelSite): ModelSite {
  let now = site;
  for (;;) {
    const pick = outboxOf(now).pick({
      nowMs: Number.MAX_SAFE_INTEGER,
      replay: "spec",
      liveAfterRowId: 0,
      isAnnounced: () => true,
    });
    if (pick.kind !== "send") return now;
    const rows = pick.rows.flatMap(({ id }) => now.rows.get(id) ?? []);
    const [first, ...rest] = rows;
    if (first === undefined) return wrong(now, "a row has no content");
    now = delivered(now, [first, ...rest]);
  }
}

function delivered(
  site: ModelSite,
  rows: readonly [OutboxRow, ...OutboxRow[]],
): ModelSite {
  const [first] = rows;
  const transaction = site.transactions.transactions.get(first.transactionId);
  const late = first.kind === "ended" ? transaction?.lateReadings ?? [] : [];
  const content = late.length === 0 ? foldEvents(rows) : withLateReadings(foldEvents(rows), late);
  const said = projectTo16(content, { transactionNumber: transaction?.upstreamNumber ?? -1 });
  const left = new Map(site.rows);
  for (const { id } of rows) left.delete(id);
  const csms = said === null ? site.csms : told(site.csms, first.messageId, said);
  const next: ModelSite = { ...site, rows: left, csms };
  return first.kind === "started" ? confirmed(next, first.transactionId) : next;
}

function confirmed(site: ModelSite, transactionId: string): ModelSite {
  const number = site.csms.sessions.at(-1)?.number ?? -1;
  const bound = recorded(site, bindUpstream(site.transactions, transactionId, number));
  return ordered(bound);
}

function wrong(site: ModelSite, what: string): ModelSite {
  return { ...site, wrongs: [...site.wrongs, what] };
}

/**
 * The site when all is whole again and everybody has had the time he needs: links are up, the charger
 * meters what it charges, and the gateway has given up what nobody goes on with.
 */
export function atRest(site: ModelSite, given: Conditions): ModelSite {
  const whole = settled({ ...site, isLinkUp: true, second: site.second + STEP_S }, given);
  const running = runningSession(whole.charger);
  const metering = running < 0
    ? whole
    : { ...whole, charger: telling(whole.charger, { kind: "meter", session: running }) };
  const metered = settled({ ...metering, second: whole.second + STEP_S }, given);
  const open: Transaction | undefined = openOn(metered.transactions, 1);
  const second = metered.second + 3_600;
  const now = { nowWallMs: atMs(second), nowIso: at(second), offline: false };
  const closed = open?.interruption === undefined
    ? metered
    : recorded(metered, closeInterrupted(metered.transactions, open.id, now));
  const told = settled({ ...closed, second }, given);
  if (told.charger.mislaid.length === 0) return told;
  return settled({ ...told, charger: withFound(told.charger) }, given);
}

/** Nothing is left to be told. */
export const isEmpty = ({ rows }: ModelSite): boolean => rows.size === 0;
