import type { SecurityOrder } from "../site/mod.ts";
import { SECURITY_HINDI } from "./security_text_hi.ts";
import { SECURITY_MARATHI } from "./security_text_mr.ts";
import type { SecurityProfile, SiteView } from "./views.ts";

/** What the pages say of how chargers, listeners and people prove who they are. */
export interface SecurityText {
  readonly title: string;
  readonly hint: string;
  readonly profile: string;
  /** In short, with the number. */
  readonly profiles: Readonly<Record<SecurityProfile, string>>;
  // A charger
  readonly chargerTitle: string;
  readonly changeLink: string;
  readonly profileNow: string;
  readonly notNow: string;
  readonly leastProfile: string;
  readonly password: string;
  readonly passwordSince: (time: string) => string;
  readonly passwordKept: string;
  readonly passwordElsewhere: string;
  readonly passwordChanging: string;
  readonly certificate: string;
  readonly noCertificate: string;
  readonly serial: string;
  readonly subject: string;
  readonly counts: string;
  readonly fingerprint: string;
  readonly valid: (from: string, until: string) => string;
  readonly certificateStates: Readonly<
    Record<"in-use" | "unused" | "ends-soon" | "over" | "revoked", string>
  >;
  readonly revokedFor: (reason: string) => string;
  // Orders to a charger
  readonly ordersTitle: (charger: string) => string;
  readonly ordersHint: string;
  readonly away: string;
  readonly orders: Readonly<Record<SecurityOrder["do"], string>>;
  readonly explained: {
    readonly newPassword: string;
    readonly renew: string;
    readonly raise: string;
    readonly revoke: (charger: string, isCutOff: boolean) => string;
    readonly allow: (charger: string) => string;
  };
  readonly ask: {
    readonly newPassword: (charger: string) => string;
    readonly raise: (charger: string) => string;
    readonly revoke: (charger: string) => string;
    readonly allow: (charger: string) => string;
  };
  readonly wantedProfile: string;
  readonly address: string;
  readonly addressHint: string;
  readonly reason: string;
  readonly nothingHigher: string;
  readonly nothingLower: string;
  readonly notSeenYet: string;
  // The site
  readonly listenersTitle: string;
  readonly listener: string;
  readonly noTls: string;
  readonly renewsItself: string;
  readonly byFront: string;
  readonly until: (time: string) => string;
  readonly pages: string;
  readonly pagesPlain: string;
  readonly authorityTitle: string;
  readonly authorityHint: string;
  readonly noAuthority: string;
  readonly weakTitle: string;
  readonly weakNone: string;
  readonly soonTitle: string;
  readonly soonNone: string;
  readonly failuresTitle: string;
  readonly failuresHint: string;
  readonly failuresNone: string;
  readonly atCharger: string;
  readonly atPages: string;
  readonly seeAudit: string;
  readonly troubleTitle: string;
  readonly usersTitle: string;
  readonly secondFactorCount: (withOne: number, all: number) => string;
  readonly secondFactorRules: Readonly<Record<"optional" | "admins" | "all", string>>;
}

const ENGLISH: SecurityText = {
  title: "Security",
  hint: "How chargers and people prove who they are here, and what needs somebody's eye.",
  profile: "Security profile",
  profiles: {
    0: "0: no password",
    1: "1: password, not encrypted",
    2: "2: password, encrypted",
    3: "3: certificate, encrypted",
  },
  chargerTitle: "Security",
  changeLink: "Passwords and certificates",
  profileNow: "Comes with",
  notNow: "not connected",
  leastProfile: "At least",
  password: "Password",
  passwordSince: (time) => `since ${time}`,
  passwordKept: "known here; since when is not",
  passwordElsewhere: "as site.yaml says",
  passwordChanging: "A new one was given. Both count until the charger comes with it.",
  certificate: "Certificate",
  noCertificate: "none",
  serial: "Serial number",
  subject: "Subject",
  counts: "Counts",
  fingerprint: "SHA-256 fingerprint",
  valid: (from, until) => `${from} – ${until}`,
  certificateStates: {
    "in-use": "in use",
    unused: "not used yet",
    "ends-soon": "ends soon",
    over: "over",
    revoked: "revoked",
  },
  revokedFor: (reason) => `Reason: ${reason}`,
  ordersTitle: (charger) => `Passwords and certificates of ${charger}`,
  ordersHint: "Each order is noted in the audit log. What becomes of it shows below.",
  away:
    "The charger is not connected: it can be told nothing now. What counts here can be changed.",
  orders: {
    "new-password": "New password",
    "renew-certificate": "New certificate",
    "revoke-certificates": "Revoke certificates",
    "raise-profile": "Higher security profile",
    "allow-profile": "Allow a lower security profile",
  },
  explained: {
    newPassword: "The gateway draws a password of 100 bits and gives it to the charger; nobody " +
      "else ever sees it. The old one counts until the charger has come with the new one.",
    renew:
      "The charger makes a new key and asks for a certificate, which this site signs for two " +
      "years. The one before counts until it ends.",
    raise:
      "The charger goes over to a listener that asks more of it. It can come as before until " +
      "it has come so once; from then on nothing lower is let in.",
    revoke: (charger, isCutOff) =>
      `No certificate that ${charger} has is let in again` +
      (isCutOff ? ", and it is cut off at once. " : ". ") +
      "It comes back only with a new certificate, or when a lower profile is allowed. A running " +
      "session goes on and is told later.",
    allow: (charger) =>
      `Whoever knows what the lower profile asks for can pose as ${charger}. Do so only after a ` +
      "factory reset, when it has nothing better. As soon as it comes with a higher one, the lower " +
      "one ends.",
  },
  ask: {
    newPassword: (charger) => `Give ${charger} a new password?`,
    raise: (charger) => `Have ${charger} come with a higher profile?`,
    revoke: (charger) => `Revoke the certificates of ${charger}?`,
    allow: (charger) => `Let ${charger} come with a lower profile?`,
  },
  wantedProfile: "Profile",
  address: "Address for the charger",
  addressHint:
    "Where it finds this gateway, without its name. Needed for OCPP 2.x; 1.6 keeps the " +
    "address that it has.",
  reason: "Reason (for the record)",
  nothingHigher: "It comes with the highest profile that there is.",
  nothingLower: "It may come with any profile already.",
  notSeenYet:
    "The charger said yes and has not come with it yet. Until then it comes as before; a " +
    "restart of the charger may help.",
  listenersTitle: "Where chargers come in",
  listener: "Address",
  noTls: "not encrypted",
  renewsItself: "signed here, renewed by itself",
  byFront: "in front of it",
  until: (time) => `until ${time}`,
  pages: "These pages",
  pagesPlain: "not encrypted, on this machine only",
  authorityTitle: "The site's own authority",
  authorityHint:
    "It signs certificates for chargers and for listeners. Compare the fingerprint at " +
    "a charger that asks for it.",
  noAuthority: "No listener wants certificates, so the site signs none.",
  weakTitle: "Chargers without encryption",
  weakNone: "Every charger that is connected comes encrypted.",
  soonTitle: "Certificates that end within 60 days",
  soonNone: "None.",
  failuresTitle: "Who was turned away",
  failuresHint: "The last attempts since the gateway started, and the last sign-ins that failed.",
  failuresNone: "Nobody.",
  atCharger: "as charger",
  atPages: "at the pages",
  seeAudit: "Audit log",
  troubleTitle: "Needs attention",
  usersTitle: "People",
  secondFactorCount: (withOne, all) => `${withOne} of ${all} users have a second factor.`,
  secondFactorRules: {
    optional: "It is left to each person (listen.web.secondFactor: optional).",
    admins: "Administrators must have one (listen.web.secondFactor: admins).",
    all: "Everybody must have one (listen.web.secondFactor: all).",
  },
};

const TEXTS: Readonly<Record<SiteView["language"], SecurityText>> = {
  en: ENGLISH,
  mr: SECURITY_MARATHI,
  hi: SECURITY_HINDI,
};

/** The words of these pages in a site's language. */
export function securityTextOf(language: SiteView["language"]): SecurityText {
  return TEXTS[language];
}
