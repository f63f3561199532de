import type { Chargers, PasswordChange, ProfileChange, RenewalOrder } from "../chargers/mod.ts";
import type { Log } from "../lib/log.ts";
import type { CommandOutcome, SecurityOrder } from "../site/mod.ts";

/** Orders about how chargers prove who they are. Each outcome says what a person can do next. */
export interface SecurityCommands {
  secure(chargerId: string, order: SecurityOrder, by: string): Promise<CommandOutcome>;
}

/** Creates the commands. */
export function createSecurityCommands(
  { chargers, log }: {
    readonly chargers: Pick<
      Chargers,
      | "changePassword"
      | "renewCertificate"
      | "revokeCertificates"
      | "changeProfile"
      | "lowerProfile"
    >;
    readonly log: Log;
  },
): SecurityCommands {
  async function outcomeOf(chargerId: string, order: SecurityOrder): Promise<CommandOutcome> {
    switch (order.do) {
      case "new-password":
        return passwordOutcome(await chargers.changePassword(chargerId));
      case "renew-certificate":
        return renewalOutcome(await chargers.renewCertificate(chargerId));
      case "raise-profile":
        return profileOutcome(await chargers.changeProfile(chargerId, order));
      case "revoke-certificates": {
        const count = await chargers.revokeCertificates(chargerId, order.reason);
        return count === 0
          ? refused("This charger has no certificate", "It is given one when it asks for it")
          : done(`${count} revoked: the charger comes in with a new one only`);
      }
      case "allow-profile":
        await chargers.lowerProfile(chargerId, order.profile);
        return done(`It may come with security profile ${order.profile} until it comes with more`);
    }
  }

  return {
    async secure(chargerId, order, by) {
      const outcome = await outcomeOf(chargerId, order);
      log("info", "operator_security", { charger: chargerId, ...order, by, outcome: outcome.kind });
      return outcome;
    },
  };
}

function passwordOutcome(change: PasswordChange): CommandOutcome {
  switch (change.kind) {
    case "taken":
      return done("The charger has it; the old one counts until it has come with the new one");
    case "needs-reset":
      return done("The charger has it and uses it after a restart; until then the old one counts");
    case "refused":
      return refused(
        `The charger answered ${change.status}`,
        "It keeps its password: set a new one at the charger, and in site.yaml",
      );
    case "unsure":
      return refused("The charger did not answer", "Both passwords count; try again");
    case "away":
      return refused("The charger is not connected", "Try again when it is");
  }
}

function renewalOutcome(order: RenewalOrder): CommandOutcome {
  switch (order.kind) {
    case "asked":
      return done("The charger will ask for one; it is signed at once");
    case "refused":
      return refused(
        `The charger answered ${order.status}`,
        "It may not know certificates: look into its manual",
      );
    case "unsure":
      return refused("The charger did not answer", "Try again");
    case "away":
      return refused("The charger is not connected", "Try again when it is");
    case "nobody-signs":
      return refused(
        "This site signs no certificates",
        "Add a listener with security profile 3 in site.yaml",
      );
    case "unproven":
      return refused(
        "The charger has shown no password",
        "Have it come with security profile 1 or 2 first",
      );
  }
}

function profileOutcome(change: ProfileChange): CommandOutcome {
  switch (change.kind) {
    case "taken":
      return done("The charger comes with it when it connects next");
    case "needs-reset":
      return done("The charger has it and uses it after a restart");
    case "refused":
      return refused(
        `The charger answered ${change.status}`,
        "It needs a password for profiles 1 and 2, and for 3 a certificate of this site first",
      );
    case "unsure":
      return refused("The charger did not answer", "Look whether it comes back, and how");
    case "away":
      return refused("The charger is not connected", "Try again when it is");
    case "has-it":
      return refused("It comes with this profile or a higher one already", "Nothing is to be done");
    case "needs-url":
      return refused(
        "A charger with OCPP 2.x has to be told the address",
        "Say where it finds this gateway with that profile, as wss://…",
      );
  }
}

function done(detail: string): CommandOutcome {
  return { kind: "accepted", detail };
}

function refused(reason: string, advice: string): CommandOutcome {
  return { kind: "refused", reason, advice };
}
