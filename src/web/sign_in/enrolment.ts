import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { UserRecord } from "../../site/mod.ts";
import type { UserStore } from "../ports.ts";
import { newRecoveryCodes, newSecret, stepOf } from "./second_factor.ts";

const PENDING_MAX = 100;

/** Setting up, renewing and taking away the second factor of a person. */
export interface Enrolment {
  /** The secret that waits for its first code in this session; made when there is none yet. */
  pending(sessionKey: string): string;
  /** The first code shows that the app has the secret: it counts from now on. Null: a wrong code. */
  confirm(sessionKey: string, userName: string, code: string): Promise<readonly string[] | null>;
  /** New recovery codes; the old ones are worth nothing. Null where there is no second factor. */
  renewCodes(userName: string): Promise<readonly string[] | null>;
  remove(userName: string): Promise<void>;
}

/** Creates it with nothing pending. */
export function createEnrolment(
  { users, clock, ids }: {
    readonly users: UserStore;
    readonly clock: Clock;
    readonly ids: Ids;
  },
): Enrolment {
  const secrets = new Map<string, string>();

  return {
    pending(sessionKey) {
      const known = secrets.get(sessionKey);
      if (known !== undefined) return known;
      const oldest = secrets.keys().next().value;
      if (secrets.size >= PENDING_MAX && oldest !== undefined) secrets.delete(oldest);
      const secret = newSecret(ids);
      secrets.set(sessionKey, secret);
      return secret;
    },
    async confirm(sessionKey, userName, code) {
      const user = users.find(userName);
      const secret = secrets.get(sessionKey);
      if (user === undefined || secret === undefined) return null;
      const sinceMs = clock.wallMs();
      const lastStep = stepOf({ secret, lastStep: 0 }, code, sinceMs);
      if (lastStep === null) return null;
      secrets.delete(sessionKey);
      const { codes, digests: recoveryDigests } = newRecoveryCodes(ids);
      await users.save({ ...user, secondFactor: { secret, sinceMs, lastStep, recoveryDigests } });
      return codes;
    },
    async renewCodes(userName) {
      const user = users.find(userName);
      if (user?.secondFactor === undefined) return null;
      const { codes, digests: recoveryDigests } = newRecoveryCodes(ids);
      await users.save({ ...user, secondFactor: { ...user.secondFactor, recoveryDigests } });
      return codes;
    },
    async remove(userName) {
      const user = users.find(userName);
      if (user !== undefined) await users.save(withoutFactor(user));
    },
  };
}

function withoutFactor({ secondFactor: _gone, ...user }: UserRecord): UserRecord {
  return user;
}
