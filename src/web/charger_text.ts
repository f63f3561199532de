import { CHARGER_HINDI } from "./charger_text_hi.ts";
import { CHARGER_MARATHI } from "./charger_text_mr.ts";
import type { SiteView } from "./views.ts";

/** What the pages say of a charger's settings, frames and faults, and of telling it something. */
export interface ChargerText {
  readonly tabs: Readonly<
    Record<
      "overview" | "firmware" | "settings" | "messages" | "call" | "commissioning" | "security",
      string
    >
  >;
  readonly tabsLabel: string;
  // Its session
  readonly sessionTitle: (slot: number) => string;
  // Its faults
  readonly faultsTitle: string;
  readonly faultsNone: string;
  readonly faultsKept: string;
  readonly faultOver: string;
  // Its settings
  readonly settingsTitle: (charger: string) => string;
  readonly settingsHint: string;
  readonly read: string;
  readonly readAgain: string;
  readonly reading: string;
  readonly neverRead: string;
  readonly readAt: (count: number, time: string) => string;
  readonly readFailed: (reason: string) => string;
  readonly away: string;
  readonly find: string;
  readonly nothingFound: string;
  readonly tooMany: (shown: number, all: number) => string;
  readonly setting: string;
  readonly value: string;
  readonly access: string;
  readonly accesses: Readonly<Record<"read-only" | "read-write" | "write-only", string>>;
  readonly keptByGateway: string;
  readonly secret: string;
  readonly change: string;
  readonly changeTitle: string;
  readonly changeHint: string;
  readonly newValue: string;
  readonly unknownSetting: string;
  // A raw call
  readonly callTitle: (charger: string) => string;
  readonly callWarning: string;
  readonly callLimits: string;
  readonly action: string;
  readonly payload: string;
  readonly check: string;
  readonly send: string;
  readonly callFits: string;
  readonly callWrong: string;
  readonly noJson: string;
  readonly noObject: string;
  readonly answersTitle: string;
  readonly answersNone: string;
  readonly said: string;
  readonly answered: string;
  readonly versionUnknown: string;
  // Its frames
  readonly messagesTitle: (charger: string) => string;
  readonly messagesKept: string;
  readonly text: string;
  readonly way: string;
  readonly ways: Readonly<Record<"in" | "out", string>>;
  readonly onlyTrouble: string;
  readonly noMessages: string;
  readonly allMessages: string;
  readonly invalid: (where: string, what: string) => string;
  readonly unreadable: string;
  readonly errorAnswer: (code: string) => string;
  readonly isCut: string;
}

const ENGLISH: ChargerText = {
  tabs: {
    overview: "Overview",
    firmware: "Firmware",
    settings: "Settings",
    messages: "Messages",
    call: "Raw call",
    commissioning: "Commissioning",
    security: "Security",
  },
  tabsLabel: "About this charger",
  sessionTitle: (slot) => `The session at connector ${slot}`,
  faultsTitle: "Faults",
  faultsNone: "Nothing is known to be wrong with it.",
  faultsKept: "Those since the gateway started; earlier ones are in the report of faults.",
  faultOver: "over",
  settingsTitle: (charger) => `Settings of ${charger}`,
  settingsHint:
    "They are the charger’s own: it is asked for them, and told what to change. Passwords are never shown.",
  read: "Read its settings",
  readAgain: "Read again",
  reading: "The charger is being asked. With some this takes a minute.",
  neverRead: "Its settings have not been read since the gateway started.",
  readAt: (count, time) => `${count} settings, read ${time}.`,
  readFailed: (reason) => `They could not be read: ${reason}.`,
  away: "The charger is not connected: nothing can be read or changed now.",
  find: "Name or value contains",
  nothingFound: "No setting is like that.",
  tooMany: (shown, all) => `${shown} of ${all} are shown. Say more of the name to see others.`,
  setting: "Setting",
  value: "Value",
  access: "May be",
  accesses: {
    "read-only": "read",
    "read-write": "read and changed",
    "write-only": "changed, not read",
  },
  keptByGateway: "kept by the gateway",
  secret: "not shown",
  change: "Change",
  changeTitle: "Change a setting",
  changeHint: "The charger may refuse, or use it only after a restart; what it says stands below.",
  newValue: "New value",
  unknownSetting: "Read the settings first, then choose one of them.",
  callTitle: (charger) => `Tell ${charger} something`,
  callWarning:
    "A wrong call can end sessions, lock the charger out, or make it useless until somebody drives there. It is sent as it stands, and noted in the audit log with your name.",
  callLimits:
    "What would undo the site’s limits is refused: limit the connector or its circuit instead.",
  action: "Call",
  payload: "Content (JSON)",
  check: "Only check",
  send: "Send to the charger",
  callFits: "It fits what this version of OCPP allows. Nothing was sent.",
  callWrong: "It was not sent:",
  noJson: "This is not JSON",
  noObject: "The content is an object, in braces",
  answersTitle: "Said and answered",
  answersNone: "Nothing was said in this way since the gateway started.",
  said: "Said",
  answered: "Answered",
  versionUnknown: "Nobody knows yet which version it speaks: it has to connect first.",
  messagesTitle: (charger) => `Messages of ${charger}`,
  messagesKept:
    "The newest of all chargers, in memory: the log begins anew with the gateway. Passwords are struck out, long messages are cut.",
  text: "Contains",
  way: "Way",
  ways: { in: "from charger", out: "to charger" },
  onlyTrouble: "Only what is wrong",
  noMessages: "No message is like that. Clear the filter to see all.",
  allMessages: "All messages, with filter",
  invalid: (where, what) => `Against its schema: ${where} ${what}`,
  unreadable: "No message of OCPP",
  errorAnswer: (code) => `An error: ${code}`,
  isCut: "Cut: too long to be checked",
};

const TEXTS: Readonly<Record<SiteView["language"], ChargerText>> = {
  en: ENGLISH,
  mr: CHARGER_MARATHI,
  hi: CHARGER_HINDI,
};

/** The words of a charger's pages in a site's language. */
export function chargerTextOf(language: SiteView["language"]): ChargerText {
  return TEXTS[language];
}
