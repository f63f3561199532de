import type { IdToken } from "../ocpp/mod.ts";
import { type Decision, groupOf, sameGroup, sameToken } from "../site/mod.ts";

/** Who began a transaction. */
export interface Starter {
  readonly idToken: IdToken;
  readonly groupIdToken: IdToken | null;
}

/** Who wants to end it. */
export interface Stopper {
  readonly idToken: IdToken;
  /** What is known of him here and now; null where nobody knows him. */
  readonly decision: Decision | null;
}

/** Whether somebody may end a transaction, and why. */
export interface StopVerdict {
  readonly allowed: boolean;
  readonly reason: string;
}

/**
 * May this token end that transaction? The one that began it may (C09.FR.07), even should it have
 * been blocked since; a master pass may (C16); and who is of the same group, if he is accepted
 * himself (C09.FR.03, C09.FR.11). An empty group is no group.
 */
export function mayStop(starter: Starter, { idToken, decision }: Stopper): StopVerdict {
  if (sameToken(starter.idToken, idToken)) return { allowed: true, reason: "it began the session" };
  if (decision === null) return { allowed: false, reason: "the token is not known here" };
  if (decision.masterPass) return { allowed: true, reason: "it is a master pass" };
  if (!sameGroup(starter.groupIdToken, groupOf(decision.info))) {
    return {
      allowed: false,
      reason: "it is neither the token nor the group that began the session",
    };
  }
  return decision.info.status === "Accepted"
    ? { allowed: true, reason: "it is of the group that began the session" }
    : { allowed: false, reason: `of the group, but not accepted: ${decision.reason}` };
}
