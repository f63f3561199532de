import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { Log } from "../../lib/log.ts";
import type { SecondFactor, UserRecord } from "../../site/mod.ts";
import type { UserStore } from "../ports.ts";
import { createKnownBrowsers } from "./known_browsers.ts";
import { hashPassword, SCRYPT_COST, type ScryptCost, verifyPassword } from "./password.ts";
import { judgePassword, PASSWORD_LENGTH_MAX, type PasswordProblem } from "./password_rules.ts";
import { stepOf, withoutCode } from "./second_factor.ts";
import { createSecondSteps } from "./second_steps.ts";
import { createThrottle } from "./throttle.ts";
import { createTurns } from "./turns.ts";

const MINUTE_MS = 60_000;
const ACCOUNT_RULES = {
  failuresMax: 5,
  windowMs: 15 * MINUTE_MS,
  firstDelayMs: 1_000,
  keysMax: 2_000,
};
/** One address trying many accounts. Generous, for a whole office may share one. */
const ADDRESS_RULES = { ...ACCOUNT_RULES, failuresMax: 50, firstDelayMs: 0 };
/** Codes are short: from wherever they come, nobody may try many. Who tries knows the password. */
const CODE_RULES = { ...ACCOUNT_RULES, failuresMax: 10, firstDelayMs: 0 };
/** Each check takes 32 MB and 0.2 s of a core: one at a time, and no long queue. */
const WAITING_CHECKS_MAX = 16;
/** A one-time password works for a day (ASVS 6.4.1). */
export const ONE_TIME_LIFE_MS = 24 * 60 * MINUTE_MS;

/** A try that came to nothing. */
export type Refusal =
  | { readonly kind: "wrong" }
  | { readonly kind: "throttled"; readonly waitMs: number }
  | { readonly kind: "busy" };

/** How a try to sign in ended. */
export type SignInOutcome =
  | { readonly kind: "welcome"; readonly user: UserRecord; readonly mark: string }
  /** The password is right; the ticket goes with the code. */
  | { readonly kind: "code-needed"; readonly ticket: string }
  /** The right one-time password, but too late. */
  | { readonly kind: "expired" }
  | Refusal;

/** How the second step of signing in ended. */
export type CodeOutcome =
  | {
    readonly kind: "welcome";
    readonly user: UserRecord;
    readonly mark: string;
    readonly by: "code" | "recovery-code";
  }
  | { readonly kind: "wrong"; readonly userName: string }
  /** The password has to be shown again. */
  | { readonly kind: "too-late" }
  | Extract<Refusal, { readonly kind: "throttled" }>;

/** How a change of the password ended. */
export type PasswordChangeOutcome =
  | { readonly kind: "changed" }
  | { readonly kind: "problem"; readonly problem: PasswordProblem | "same" }
  | Refusal;

/** Checks passwords and codes, slowly and never many at once. */
export interface SignIn {
  /** `mark` is what `welcome` gave this browser the last time. */
  tryPassword(
    name: string,
    password: string,
    address: string,
    mark?: string | null,
  ): Promise<SignInOutcome>;
  /** The code of the person's app, or a recovery code. */
  tryCode(ticket: string, code: string, address: string): Promise<CodeOutcome>;
  /** Has somebody who is signed in show again who it is. */
  confirm(
    user: UserRecord,
    shown: { readonly password: string; readonly code: string },
    address: string,
  ): Promise<{ readonly kind: "confirmed" } | Refusal>;
  changePassword(
    user: UserRecord,
    passwords: { readonly old: string; readonly new: string },
    address: string,
    siteWords?: readonly string[],
  ): Promise<PasswordChangeOutcome>;
}

/** What signing in works with. */
export interface SignInPorts {
  readonly users: UserStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Signs the marks of known browsers. */
  readonly browserKey: string;
}

/** Creates the sign-in. `cost` is lower in tests only. */
export function createSignIn(ports: SignInPorts, cost: ScryptCost = SCRYPT_COST): SignIn {
  const { users, clock, ids, log } = ports;
  const byAccount = createThrottle(ACCOUNT_RULES);
  const byAddress = createThrottle(ADDRESS_RULES);
  const byCode = createThrottle(CODE_RULES);
  const turns = createTurns(WAITING_CHECKS_MAX);
  const browsers = createKnownBrowsers(ports.browserKey, ids);
  const secondSteps = createSecondSteps(clock, ids);
  let decoy: Promise<string> | null = null;

  /** Takes as long for an unknown name as for a known one. */
  async function isRight(user: UserRecord | undefined, password: string): Promise<boolean> {
    if (password.length > PASSWORD_LENGTH_MAX * 4) return false;
    const digest = user?.passwordDigest ?? await (decoy ??= hashPassword("decoy", ids, cost));
    return await verifyPassword(password, digest);
  }

  async function check(
    name: string,
    password: string,
    address: string,
    mark: string | null = null,
  ): Promise<{ readonly kind: "right"; readonly user: UserRecord } | Refusal> {
    const nowMs = clock.monoMs();
    const browser = browsers.recognise(mark, name);
    const account = JSON.stringify([name.slice(0, 100), address, browser]);
    const waitMs = Math.max(
      byAccount.waitMs(account, nowMs),
      browser === null ? byAddress.waitMs(address, nowMs) : 0,
    );
    if (waitMs > 0) return { kind: "throttled", waitMs };
    if (turns.isFull()) return { kind: "busy" };
    byAccount.tried(account, nowMs);
    const user = users.find(name);
    const isRightPassword = await turns.run(() => isRight(user, password));
    if (!isRightPassword || user === undefined) {
      byAddress.tried(address, clock.monoMs());
      // What is no user's name may well be a password, typed into the wrong field.
      log("warning", "sign_in_failed", { user: user?.name ?? "(unknown)", address });
      return { kind: "wrong" };
    }
    byAccount.succeed(account);
    // While the password was checked the account may have been reset or removed.
    const current = users.find(name);
    return current?.passwordDigest === user.passwordDigest
      ? { kind: "right", user: current }
      : { kind: "wrong" };
  }

  /** Uses up a code, so that it works once; null for a wrong one. */
  async function spend(user: UserRecord, code: string): Promise<"code" | "recovery-code" | null> {
    const factor = user.secondFactor;
    if (factor === undefined) return null;
    const lastStep = stepOf(factor, code, clock.wallMs());
    const left = lastStep === null ? withoutCode(factor.recoveryDigests, code) : null;
    if (lastStep === null && left === null) return null;
    const spent: SecondFactor = {
      ...factor,
      ...(lastStep === null ? {} : { lastStep }),
      ...(left === null ? {} : { recoveryDigests: left }),
    };
    await users.save({ ...user, secondFactor: spent });
    return lastStep === null ? "recovery-code" : "code";
  }

  async function checkCode(
    user: UserRecord,
    code: string,
    address: string,
  ): Promise<"code" | "recovery-code" | Refusal> {
    const nowMs = clock.monoMs();
    // Recovery codes are long: they are a way in for the owner while somebody else guesses codes.
    const isShort = code.replaceAll(/\s/g, "").length <= 8;
    const waitMs = Math.max(
      byAddress.waitMs(address, nowMs),
      isShort ? byCode.waitMs(user.name, nowMs) : 0,
    );
    if (waitMs > 0) return { kind: "throttled", waitMs };
    const by = await spend(user, code);
    if (by !== null) {
      byCode.succeed(user.name);
      return by;
    }
    byAddress.tried(address, nowMs);
    if (isShort) byCode.tried(user.name, nowMs);
    log("warning", "code_refused", { user: user.name, address });
    return { kind: "wrong" };
  }

  function isExpired(user: UserRecord): boolean {
    const ageMs = clock.wallMs() - (user.oneTimeAtMs ?? user.createdAtMs);
    return user.mustChangePassword && ageMs > ONE_TIME_LIFE_MS;
  }

  return {
    async tryPassword(name, password, address, mark = null) {
      const outcome = await check(name, password, address, mark);
      if (outcome.kind !== "right") return outcome;
      const { user } = outcome;
      if (isExpired(user)) {
        log("warning", "sign_in_expired", { user: user.name, address });
        return { kind: "expired" };
      }
      if (user.secondFactor !== undefined) {
        return { kind: "code-needed", ticket: secondSteps.begin(user.name, address) };
      }
      log("info", "signed_in", { user: user.name, address });
      return { kind: "welcome", user, mark: browsers.mark(user.name) };
    },
    async tryCode(ticket, code, address) {
      const user = users.find(secondSteps.use(ticket, address) ?? "");
      if (user?.secondFactor === undefined) return { kind: "too-late" };
      const by = await checkCode(user, code, address);
      if (typeof by === "object") {
        return by.kind === "throttled" ? by : { kind: "wrong", userName: user.name };
      }
      secondSteps.end(ticket);
      log("info", "signed_in", { user: user.name, address, by });
      return { kind: "welcome", user, mark: browsers.mark(user.name), by };
    },
    async confirm(user, { password, code }, address) {
      const outcome = await check(user.name, password, address);
      if (outcome.kind !== "right") return outcome;
      if (outcome.user.secondFactor === undefined) return { kind: "confirmed" };
      const by = await checkCode(outcome.user, code, address);
      return typeof by === "object" ? by : { kind: "confirmed" };
    },
    async changePassword(user, passwords, address, siteWords = []) {
      const problem = passwords.new === passwords.old
        ? "same"
        : judgePassword(passwords.new, user.name, siteWords);
      if (problem !== null) return { kind: "problem", problem };
      const outcome = await check(user.name, passwords.old, address);
      if (outcome.kind !== "right") return outcome;
      const passwordDigest = await turns.run(() => hashPassword(passwords.new, ids, cost));
      // Another change of the account may have come in between.
      const current = users.find(user.name);
      if (current === undefined) return { kind: "wrong" };
      await users.save({ ...current, passwordDigest, mustChangePassword: false });
      log("info", "password_changed", { user: user.name, address });
      return { kind: "changed" };
    },
  };
}
