/** By which way somebody came. */
export type AuditWay = "page" | "api" | "mqtt" | "console" | "csms" | "rule";

/** What can be noted. Commands are noted under their own names, as in "command start". */
export type AuditAction =
  | "sign-in"
  | "sign-out"
  | "session-ended"
  | "identity-confirmed"
  | "password-changed"
  | "second-factor-on"
  | "second-factor-off"
  | "recovery-codes-made"
  | "user-added"
  | "user-changed"
  | "user-reset"
  | "user-removed"
  | "api-token-made"
  | "api-token-revoked"
  | "settings-applied"
  | "backup-made"
  | "support-bundle-made"
  | "firmware-upload"
  | "audit-begun"
  | `command ${string}`;

/** What somebody did or tried: who, what, from where, and how it went. Never a secret. */
export interface AuditNote {
  readonly atWallMs: number;
  /** A user, a token ("token depot-script"), or the name that a stranger claimed. */
  readonly who: string;
  readonly way: AuditWay;
  /** The network address; empty at the console. */
  readonly from: string;
  readonly what: AuditAction;
  /** Whom or what it is about: another user, "slot 3", a charger; empty for the person itself. */
  readonly about: string;
  readonly outcome: "done" | "refused" | "failed";
  readonly detail: string;
}

/** A note in its place in the log. */
export interface AuditEntry extends AuditNote {
  /** Counted from 1, without a gap. */
  readonly number: number;
  /** Digest of the entry and of the hash before it, hexadecimal: none can be changed alone. */
  readonly hash: string;
}

/** Which entries to look for. */
export interface AuditFilter {
  readonly who?: string;
  /** The action, or its beginning: "command" finds all commands. */
  readonly what?: string;
  readonly fromMs?: number;
  /** Before this moment. */
  readonly toMs?: number;
  /** Older than this entry, for the next page. */
  readonly beforeNumber?: number;
  readonly limit: number;
}

/** What became of checking the chain. */
export type AuditCheck =
  | {
    readonly kind: "sound";
    readonly entries: number;
    /** The first entry that is kept, and the last; 0 where there is none. */
    readonly first: number;
    readonly last: number;
    /** The hash of the last entry: whoever has noted it elsewhere can tell a rewritten log. */
    readonly hash: string;
  }
  /** The entry of this number is missing or is not what was written. */
  | { readonly kind: "broken"; readonly number: number };
