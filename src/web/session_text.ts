import { SESSION_HINDI } from "./session_text_hi.ts";
import { SESSION_MARATHI } from "./session_text_mr.ts";
import type { DecisionView, OutboxRowView, SiteView, TransactionView } from "./views.ts";

/** What the pages say of how a session went, and of looking for sessions. */
export interface SessionText {
  readonly all: string;
  readonly exportJson: string;
  readonly exportReadings: string;
  // Its curve
  readonly curveTitle: string;
  readonly currentChart: (session: string) => string;
  readonly powerChart: (session: string) => string;
  readonly offered: string;
  /** A phase of the charger. */
  readonly phase: (number: number) => string;
  readonly battery: string;
  readonly waitingForReadings: string;
  /** Kept by the minute, in the file of telemetry. */
  readonly noReadings: string;
  readonly notAllReadings: string;
  readonly longSession: string;
  readonly inFigures: string;
  readonly everyMinutes: (minutes: number) => string;
  readonly lastFigures: string;
  readonly wholeSession: string;
  // Why it was allowed
  readonly allowedTitle: string;
  readonly allowedBy: Readonly<Record<string, string>>;
  readonly turnedAway: (status: string) => string;
  readonly statuses: Readonly<Record<string, string>>;
  readonly decisionsTitle: string;
  readonly decisionsNone: string;
  readonly decisions: Readonly<Record<DecisionView["what"], string>>;
  readonly what: string;
  readonly result: string;
  readonly reason: string;
  readonly waited: string;
  // What the CSMS has of it
  readonly upstreamTitle: string;
  readonly upstreams: Readonly<Record<TransactionView["upstream"], string>>;
  readonly upstreamNumber: (number: number) => string;
  readonly upstreamCost: (amount: string, time: string) => string;
  readonly waitingRows: string;
  readonly rowRefused: (times: number, why: string) => string;
  readonly rowWaits: string;
  readonly givenUp: (kind: string, by: string, time: string) => string;
  // How it ended
  readonly stopReasons: Readonly<Record<string, string>>;
  // Looking for sessions
  readonly state: string;
  readonly states: Readonly<Record<"running" | "ended", string>>;
  readonly nothingFound: string;
  readonly rowKinds: Readonly<Record<OutboxRowView["kind"], string>>;
}

const ENGLISH: SessionText = {
  all: "All sessions",
  exportJson: "Download all of it (JSON)",
  exportReadings: "Download the curve (CSV)",
  curveTitle: "What it was offered and took",
  currentChart: (session) => `${session}: current offered and drawn, in amperes`,
  powerChart: (session) => `${session}: power`,
  offered: "Offered",
  phase: (number) => `Phase ${number}`,
  battery: "Battery",
  waitingForReadings: "Waiting for the charger’s first reading.",
  noReadings:
    "No readings are kept of this session. They are kept as long as logs are, and not while the disk is nearly full.",
  notAllReadings: "Readings of the first part are missing: none were kept then.",
  longSession: "Only the first two days of this session are drawn.",
  inFigures: "In figures",
  everyMinutes: (minutes) => minutes === 1 ? "Minute by minute." : `Every ${minutes} minutes.`,
  lastFigures: "The last readings in figures",
  wholeSession: "The whole session, and why",
  allowedTitle: "Why it was let in",
  allowedBy: {
    list: "The card is on the list of cards that this site keeps.",
    cache: "The cloud had let this card in before, and the site remembered it.",
    csms: "The cloud was asked, and let it in.",
    "offline-policy": "The cloud could not be asked, and the rule for that case let it in.",
    "site-rule": "A rule of this site let it in.",
    remote: "It was started from afar: by the cloud, the pages or the API.",
    "free-vend": "Everybody may charge here.",
    kind: "This kind of start needs no check, such as a button or a payment terminal.",
  },
  turnedAway: (status) => `It was turned away: ${status}.`,
  statuses: {
    Accepted: "let in",
    Blocked: "blocked",
    ConcurrentTx: "already charging elsewhere",
    Expired: "expired",
    Invalid: "not valid",
    NoCredit: "no credit",
    NotAllowedTypeEVSE: "not for this kind of connector",
    NotAtThisLocation: "not at this site",
    NotAtThisTime: "not at this time",
    Unknown: "unknown",
  },
  decisionsTitle: "What was decided, and when",
  decisionsNone: "No single decisions are kept of this time. They are kept as long as logs are.",
  decisions: {
    authorize: "Card shown",
    start: "Start",
    stop: "Stop",
    "remote-start": "Start from afar",
  },
  what: "What",
  result: "Answer",
  reason: "Reason",
  waited: "Driver waited",
  upstreamTitle: "What the cloud has of it",
  upstreams: {
    none: "This site stands alone: nothing of it has to be sent anywhere.",
    waiting: "Nothing yet: its start has not been confirmed.",
    partly: "Its start is confirmed; what follows is still to be sent.",
    delivered: "All that there was to tell so far is confirmed.",
    "dead-letter": "The cloud has refused a part of it too often. Somebody has to decide.",
  },
  upstreamNumber: (number) => `The cloud calls it session ${number}.`,
  upstreamCost: (amount, time) => `By the cloud’s word it costs ${amount} (${time}).`,
  waitingRows: "Not confirmed yet",
  rowRefused: (times, why) => `refused ${times === 1 ? "once" : `${times} times`}: ${why}`,
  rowWaits: "waits its turn",
  givenUp: (kind, by, time) => `Given up by ${by}, ${time}: ${kind}. The cloud never hears of it.`,
  stopReasons: {
    DeAuthorized: "Its card was refused",
    EmergencyStop: "Emergency stop",
    EnergyLimitReached: "Its energy was reached",
    EVDisconnected: "The car was unplugged",
    GroundFault: "Ground fault",
    HardReset: "The charger was restarted hard",
    ImmediateReset: "The charger was restarted",
    Local: "Stopped at the charger",
    LocalOutOfCredit: "Out of credit",
    MasterPass: "Stopped with a master card",
    Other: "Another reason",
    OvercurrentFault: "Too much current",
    PowerLoss: "The power failed",
    PowerQuality: "Bad power",
    Reboot: "The charger started anew",
    Remote: "Stopped from afar",
    ReqEnergyTransferRejected: "The car wanted what the charger cannot do",
    SoftReset: "The charger was restarted",
    SOCLimitReached: "The battery was full enough",
    StoppedByEV: "The car stopped it",
    TimeLimitReached: "Its time was over",
    Timeout: "The car did not come in time",
    UnlockCommand: "The plug was unlocked",
  },
  state: "State",
  states: { running: "running", ended: "ended" },
  nothingFound: "No session is like that. Clear the filter to see all.",
  rowKinds: { started: "its start", updated: "meter values", ended: "its end" },
};

const TEXTS: Readonly<Record<SiteView["language"], SessionText>> = {
  en: ENGLISH,
  mr: SESSION_MARATHI,
  hi: SESSION_HINDI,
};

/** The words of a session's page in a site's language. */
export function sessionTextOf(language: SiteView["language"]): SessionText {
  return TEXTS[language];
}

/** How a session ended in words; the protocol's own word where there are none. */
export function stopWords(language: SiteView["language"], reason: string): string {
  return TEXTS[language].stopReasons[reason] ?? reason;
}
