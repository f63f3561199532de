import type { ApiTokenRecord, AuditNote, Role } from "../site/mod.ts";
import { ACCOUNT_HINDI } from "./account_text_hi.ts";
import { ACCOUNT_MARATHI } from "./account_text_mr.ts";
import type { UserProblem } from "./sign_in/user_admin.ts";
import type { SiteView } from "./views.ts";

/** What the pages of accounts, tokens and the audit log say. */
export interface AccountText {
  // Second step of signing in
  readonly codeTitle: string;
  readonly codeHint: string;
  readonly code: string;
  readonly codeWrong: string;
  readonly codeTooLate: string;
  readonly codeClock: (time: string) => string;
  readonly goOn: string;
  // Showing again who one is
  readonly confirmTitle: string;
  readonly confirmHint: string;
  readonly passwordWrong: string;
  readonly proofWrong: string;
  // One's own account
  readonly accountTitle: string;
  readonly secondFactor: string;
  readonly secondFactorOff: string;
  readonly secondFactorOn: (since: string, codes: number) => string;
  readonly otherApp: string;
  readonly otherAppExplained: string;
  readonly secondFactorWanted: string;
  readonly setUp: string;
  readonly turnOff: string;
  readonly turnOffTitle: string;
  readonly turnOffExplained: string;
  readonly newCodes: string;
  readonly enrolTitle: string;
  readonly enrolScan: string;
  readonly enrolQr: string;
  readonly enrolType: string;
  readonly enrolCode: string;
  readonly enrolClock: (time: string) => string;
  readonly turnOn: string;
  readonly recoveryTitle: string;
  readonly recoveryHint: string;
  readonly recoveryKept: string;
  readonly sessionsTitle: string;
  readonly sessionsHint: string;
  readonly thisSession: string;
  readonly browser: string;
  readonly address: string;
  readonly signedInAt: string;
  readonly lastUsed: string;
  readonly end: string;
  readonly endOthers: string;
  // Users
  readonly usersTitle: string;
  readonly usersHint: string;
  readonly name: string;
  readonly role: string;
  readonly roles: Readonly<Record<Role, string>>;
  readonly save: string;
  readonly you: string;
  readonly oneTimePending: string;
  readonly signedInNow: (count: number) => string;
  readonly addUser: string;
  readonly oneTimeTitle: (name: string) => string;
  readonly oneTimeHint: string;
  readonly reset: string;
  readonly resetTitle: (name: string) => string;
  readonly resetExplained: string;
  readonly signOutUser: string;
  readonly removeUser: string;
  readonly removeUserTitle: (name: string) => string;
  readonly removeUserExplained: string;
  readonly problems: Readonly<Record<UserProblem, string>>;
  // Tokens of scripts
  readonly tokensTitle: string;
  readonly tokensHint: string;
  readonly tokensNone: string;
  readonly tokenName: string;
  readonly madeBy: string;
  readonly validUntil: string;
  readonly unlimited: string;
  readonly expired: string;
  readonly never: string;
  readonly validFor: string;
  readonly days: (count: number) => string;
  readonly makeToken: string;
  readonly tokenTitle: (token: Pick<ApiTokenRecord, "name">) => string;
  readonly tokenHint: string;
  readonly tokensFull: string;
  readonly revoke: string;
  readonly revokeTitle: (name: string) => string;
  readonly revokeExplained: string;
  // Audit log
  readonly auditTitle: string;
  readonly auditHint: string;
  readonly auditNone: string;
  readonly when: string;
  readonly who: string;
  readonly what: string;
  readonly about: string;
  readonly outcome: string;
  readonly outcomes: Readonly<Record<AuditNote["outcome"], string>>;
  readonly ways: Readonly<Record<AuditNote["way"], string>>;
  /** Names of actions; commands have one name together. */
  readonly actions: Readonly<Record<AuditKind, string>>;
  readonly checkLog: string;
  readonly logSound: (entries: number, hash: string) => string;
  readonly logBroken: (entry: number) => string;
}

/** Actions without the names of commands. */
export type AuditKind = Exclude<AuditNote["what"], `command ${string}`> | "command";

const ENGLISH: AccountText = {
  codeTitle: "Your code",
  codeHint: "Six digits from your authenticator app, or one of your recovery codes.",
  code: "Code",
  codeWrong: "This code is wrong, or was used already. Wait for the next one.",
  codeTooLate: "That took too long. Sign in again.",
  codeClock: (time) => `The gateway's clock says ${time}. If it is wrong, use a recovery code.`,
  goOn: "Continue",
  confirmTitle: "Is it still you?",
  confirmHint: "What comes now is delicate. Show once more who you are.",
  passwordWrong: "The password is wrong.",
  proofWrong: "The password or the code is wrong, or the code was used already.",
  accountTitle: "Your account",
  secondFactor: "Second factor",
  secondFactorOff:
    "Signing in takes your password alone. With an authenticator app on your phone " +
    "a stolen password is not enough.",
  secondFactorOn: (since, codes) =>
    `On since ${since}. ${codes} recovery ${codes === 1 ? "code is" : "codes are"} left.`,
  otherApp: "Set up another app",
  otherAppExplained:
    "The app that you have counts until you have shown the first code of the other one.",
  secondFactorWanted:
    "This site wants a second factor of you: without one this account can do nothing else.",
  setUp: "Set up",
  turnOff: "Turn off",
  turnOffTitle: "Turn off the second factor?",
  turnOffExplained: "From then on your password alone lets anybody in.",
  newCodes: "New recovery codes",
  enrolTitle: "Set up an authenticator app",
  enrolScan: "Scan this with an authenticator app on your phone.",
  enrolQr: "Square code for an authenticator app",
  enrolType: "Or type this into the app:",
  enrolCode: "The six digits that the app shows now",
  enrolClock: (time) => `The gateway's clock says ${time}; codes need it to be right.`,
  turnOn: "Turn on",
  recoveryTitle: "Your recovery codes",
  recoveryHint: "Print them or write them down. Each lets you in once when your phone is gone. " +
    "They are not shown again, and older ones no longer work.",
  recoveryKept: "I have kept them",
  sessionsTitle: "Where you are signed in",
  sessionsHint: "A session ends after 15 minutes without you, and after 8 hours in any case.",
  thisSession: "this browser",
  browser: "Browser",
  address: "Address",
  signedInAt: "Signed in",
  lastUsed: "Last used",
  end: "End",
  endOthers: "End all others",
  usersTitle: "Users",
  usersHint: "Viewers look. Operators command chargers. Installers also let new chargers in. " +
    "Administrators also manage users and tokens.",
  name: "Name",
  role: "Role",
  roles: { viewer: "viewer", operator: "operator", installer: "installer", admin: "administrator" },
  save: "Save",
  you: "you",
  oneTimePending: "has not chosen a password yet",
  signedInNow: (count) => count === 0 ? "not signed in" : `signed in: ${count}`,
  addUser: "Add user",
  oneTimeTitle: (name) => `One-time password for ${name}`,
  oneTimeHint: "It is shown only now, works once and for 24 hours. Give it to the person; the " +
    "first thing to do with it is to choose another.",
  reset: "Reset",
  resetTitle: (name) => `Reset ${name}?`,
  resetExplained: "The password and the second factor no longer work, and the person is signed " +
    "out. You get a one-time password to hand over.",
  signOutUser: "Sign out",
  removeUser: "Remove",
  removeUserTitle: (name) => `Remove ${name}?`,
  removeUserExplained: "The person is signed out and can no longer sign in. The audit log keeps " +
    "what was done under this name.",
  problems: {
    "bad-name":
      "A name has up to 64 letters, digits, blanks and . _ @ - and begins with a letter " +
      "or digit.",
    taken: "Somebody has this name already.",
    unknown: "There is no such user any more.",
    "last-admin": "One administrator has to remain.",
    "own-account": "Another administrator has to do that for you.",
    "too-many": "There are too many users.",
  },
  tokensTitle: "API tokens",
  tokensHint: "For scripts and other systems. A token may do what its role may, but never " +
    "anything with users and tokens.",
  tokensNone: "No token yet.",
  tokenName: "What it is for",
  madeBy: "Made by",
  validUntil: "Valid until",
  unlimited: "it is revoked",
  expired: "expired",
  never: "never",
  validFor: "Valid for",
  days: (count) => `${count} days`,
  makeToken: "Make token",
  tokenTitle: ({ name }) => `Token “${name}”`,
  tokenHint: "It is shown only now. Put it where the script reads it, and nowhere else.",
  tokensFull: "There are too many tokens. Revoke those that nobody uses.",
  revoke: "Revoke",
  revokeTitle: (name) => `Revoke “${name}”?`,
  revokeExplained: "Whatever uses it is refused from now on.",
  auditTitle: "Audit log",
  auditHint: "Who did what, from where, and what came of it. Nobody can change an entry unseen.",
  auditNone: "Nothing was noted.",
  when: "When",
  who: "Who",
  what: "What",
  about: "About",
  outcome: "Outcome",
  outcomes: { done: "done", refused: "refused", failed: "failed" },
  ways: { page: "page", api: "API", mqtt: "MQTT", console: "console", csms: "CSMS", rule: "rule" },
  actions: {
    "sign-in": "sign in",
    "sign-out": "sign out",
    "session-ended": "session ended",
    "identity-confirmed": "identity confirmed",
    "password-changed": "password changed",
    "second-factor-on": "second factor on",
    "second-factor-off": "second factor off",
    "recovery-codes-made": "recovery codes made",
    "user-added": "user added",
    "user-changed": "role changed",
    "user-reset": "user reset",
    "user-removed": "user removed",
    "api-token-made": "token made",
    "api-token-revoked": "token revoked",
    "settings-applied": "settings applied",
    "backup-made": "backup downloaded",
    "support-bundle-made": "support bundle made",
    "firmware-upload": "firmware uploaded",
    "audit-begun": "log begun anew",
    command: "command",
  },
  checkLog: "Check the log",
  logSound: (entries, hash) => `Sound: ${entries} entries. The last hash is ${hash}.`,
  logBroken: (entry) => `Broken: entry ${entry} is missing or is not what was written.`,
};

const TEXTS: Readonly<Record<SiteView["language"], AccountText>> = {
  en: ENGLISH,
  mr: ACCOUNT_MARATHI,
  hi: ACCOUNT_HINDI,
};

/** The words of these pages in a site's language. */
export function accountTextOf(language: SiteView["language"]): AccountText {
  return TEXTS[language];
}
