import type { SpokenOutcome } from "../ocpp/mod.ts";
import { chargerOrNew } from "../site/mod.ts";
import { newPassword, PASSWORD_LENGTH, passwordDigest } from "./credentials.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";

/** How a charger took a new password. */
export type PasswordChange =
  /** It comes with it when it connects next; until then the old one counts too. */
  | { readonly kind: "taken" }
  | { readonly kind: "needs-reset" }
  /** It keeps the one it has. */
  | { readonly kind: "refused"; readonly status: string }
  /** It may have taken it or not: both count. */
  | { readonly kind: "unsure" }
  | { readonly kind: "away" };

/**
 * Gives a charger a new password (2.x A01, BasicAuthPassword; 1.6 AuthorizationKey). It is on disk before
 * the charger hears it, and the old one counts until it has come with the new one: whenever the power goes
 * out, it can come back. Nobody else ever sees the password.
 */
export async function changePassword(
  { site, journal, ids, log }: ChargersPorts,
  station: Station | undefined,
): Promise<PasswordChange> {
  if (station === undefined || !station.life.accepted) return { kind: "away" };
  const { chargerId } = station;
  const password = newPassword(ids.secret(PASSWORD_LENGTH));
  const digest = passwordDigest(new TextEncoder().encode(password), ids.secret(16));
  const record = { ...chargerOrNew(site, chargerId), nextPasswordDigest: digest };
  await journal.commit(site.saveCharger(record));
  const outcome = await station.speaker.call({
    action: "SetVariables",
    message: {
      setVariableData: [{
        component: { name: "SecurityCtrlr" },
        variable: { name: "BasicAuthPassword" },
        attributeValue: password,
      }],
    },
  });
  const change = read(outcome);
  log("info", "charger_password_given", { charger: chargerId, outcome: change.kind });
  if (change.kind === "refused") {
    const { nextPasswordDigest: _, ...before } = chargerOrNew(site, chargerId);
    await journal.commit(site.saveCharger(before));
  }
  return change;
}

function read(outcome: SpokenOutcome<"SetVariables">): PasswordChange {
  if (outcome.kind === "refused") return { kind: "refused", status: outcome.error.code };
  if (outcome.kind !== "answered") return { kind: "unsure" };
  const { setVariableResult: [result] } = outcome.message;
  const status = result?.attributeStatus ?? "no answer";
  if (status === "Accepted") return { kind: "taken" };
  return status === "RebootRequired" ? { kind: "needs-reset" } : { kind: "refused", status };
}
