import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { Log } from "../../lib/log.ts";
import type { UserRecord } from "../../site/mod.ts";
import type { UserStore } from "../ports.ts";
import { hashPassword, SCRYPT_COST, type ScryptCost, verifyPassword } from "./password.ts";
import { judgePassword, PASSWORD_LENGTH_MAX, type PasswordProblem } from "./password_rules.ts";
import { createThrottle } from "./throttle.ts";

const MINUTE_MS = 60_000;
const ACCOUNT_RULES = {
  failuresMax: 5,
  windowMs: 15 * MINUTE_MS,
  firstDelayMs: 1_000,
  keysMax: 2_000,
};
/** One address trying many accounts. Generous, for a whole office may share one. */
const ADDRESS_RULES = { ...ACCOUNT_RULES, failuresMax: 50, firstDelayMs: 0 };
/** Each check takes 32 MB and 0.2 s of a core: one at a time, and no long queue. */
const WAITING_CHECKS_MAX = 16;
/** A printed one-time password works for a day (ASVS 6.4.1). */
const ONE_TIME_LIFE_MS = 24 * 60 * MINUTE_MS;

/** How a try to sign in ended. */
export type SignInOutcome =
  | { readonly kind: "welcome"; readonly user: UserRecord }
  | { readonly kind: "wrong" }
  | { readonly kind: "throttled"; readonly waitMs: number }
  /** The right one-time password, but too late. */
  | { readonly kind: "expired" }
  | { readonly kind: "busy" };

/** How a change of the password ended. */
export type PasswordChangeOutcome =
  | { readonly kind: "changed" }
  | { readonly kind: "problem"; readonly problem: PasswordProblem | "same" }
  | Exclude<SignInOutcome, { readonly kind: "welcome" | "expired" }>;

/** Checks passwords, slowly and never many at once. */
export interface SignIn {
  tryPassword(name: string, password: string, address: string): Promise<SignInOutcome>;
  changePassword(
    user: UserRecord,
    passwords: { readonly old: string; readonly new: string },
    address: string,
  ): Promise<PasswordChangeOutcome>;
}

/** What signing in works with. */
export interface SignInPorts {
  readonly users: UserStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Creates the sign-in. `cost` is lower in tests only. */
export function createSignIn(ports: SignInPorts, cost: ScryptCost = SCRYPT_COST): SignIn {
  const { users, clock, ids, log } = ports;
  const byAccount = createThrottle(ACCOUNT_RULES);
  const byAddress = createThrottle(ADDRESS_RULES);
  const turns = createTurns(WAITING_CHECKS_MAX);
  let decoy: Promise<string> | null = null;

  /** Takes as long for an unknown name as for a known one. */
  async function isRight(user: UserRecord | undefined, password: string): Promise<boolean> {
    if (password.length > PASSWORD_LENGTH_MAX * 4) return false;
    const digest = user?.passwordDigest ?? await (decoy ??= hashPassword("decoy", ids, cost));
    return await verifyPassword(password, digest);
  }

  async function check(name: string, password: string, address: string): Promise<SignInOutcome> {
    const nowMs = clock.monoMs();
    const account = JSON.stringify([name.slice(0, 100), address]);
    const waitMs = Math.max(byAccount.waitMs(account, nowMs), byAddress.waitMs(address, nowMs));
    if (waitMs > 0) return { kind: "throttled", waitMs };
    if (turns.isFull()) return { kind: "busy" };
    byAccount.tried(account, nowMs);
    const user = users.find(name);
    const isRightPassword = await turns.run(() => isRight(user, password));
    if (!isRightPassword || user === undefined) {
      byAddress.tried(address, clock.monoMs());
      log("warning", "sign_in_failed", { user: name.slice(0, 100), address });
      return { kind: "wrong" };
    }
    byAccount.succeed(account);
    return { kind: "welcome", user };
  }

  return {
    async tryPassword(name, password, address) {
      const outcome = await check(name, password, address);
      if (outcome.kind !== "welcome") return outcome;
      const { user } = outcome;
      const ageMs = clock.wallMs() - user.createdAtMs;
      const isExpired = user.mustChangePassword && ageMs > ONE_TIME_LIFE_MS;
      log(isExpired ? "warning" : "info", isExpired ? "sign_in_expired" : "signed_in", {
        user: user.name,
        address,
      });
      return isExpired ? { kind: "expired" } : outcome;
    },
    async changePassword(user, passwords, address) {
      const problem = passwords.new === passwords.old
        ? "same"
        : judgePassword(passwords.new, user.name);
      if (problem !== null) return { kind: "problem", problem };
      const outcome = await check(user.name, passwords.old, address);
      if (outcome.kind !== "welcome") {
        return outcome.kind === "expired" ? { kind: "wrong" } : outcome;
      }
      const passwordDigest = await turns.run(() => hashPassword(passwords.new, ids, cost));
      await users.save({ ...user, passwordDigest, mustChangePassword: false });
      log("info", "password_changed", { user: user.name, address });
      return { kind: "changed" };
    },
  };
}

interface Turns {
  isFull(): boolean;
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Runs work one after the other. */
function createTurns(waitingMax: number): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    isFull: () => waiting >= waitingMax,
    async run(work) {
      waiting++;
      const turn = last.then(work);
      last = turn.catch(() => {});
      try {
        return await turn;
      } finally {
        waiting--;
      }
    },
  };
}
