import { assertEquals } from "@std/assert";
import type { PasswordChange, ProfileChange, RenewalOrder } from "../chargers/mod.ts";
import { createSecurityCommands } from "./security_commands.ts";

function commandsOf(
  { change = { kind: "taken" }, revoked = 1, renewal = { kind: "asked" }, profile }: {
    readonly change?: PasswordChange;
    readonly revoked?: number;
    readonly renewal?: RenewalOrder;
    readonly profile?: ProfileChange;
  } = {},
) {
  const done: unknown[] = [];
  const commands = createSecurityCommands({
    log: () => {},
    chargers: {
      changePassword: () => Promise.resolve(change),
      renewCertificate: () => Promise.resolve(renewal),
      changeProfile(...args) {
        done.push(args);
        return Promise.resolve(profile ?? { kind: "taken" });
      },
      revokeCertificates(...args) {
        done.push(args);
        return Promise.resolve(revoked);
      },
      lowerProfile(...args) {
        done.push(args);
        return Promise.resolve();
      },
    },
  });
  return { commands, done };
}

Deno.test("the outcome of a new password says which one counts", async () => {
  const changes: readonly [PasswordChange, string][] = [
    [{ kind: "taken" }, "accepted"],
    [{ kind: "needs-reset" }, "accepted"],
    [{ kind: "refused", status: "Rejected" }, "refused: The charger answered Rejected"],
    [{ kind: "unsure" }, "refused: The charger did not answer"],
    [{ kind: "away" }, "refused: The charger is not connected"],
  ];
  for (const [change, expected] of changes) {
    const { commands } = commandsOf({ change });
    const outcome = await commands.secure("CP1", { do: "new-password" }, "asha");
    const said = outcome.kind === "refused" ? `refused: ${outcome.reason}` : outcome.kind;
    assertEquals(said, expected);
  }
});

Deno.test("certificates are revoked with a reason, and a charger without any is named", async () => {
  const { commands, done } = commandsOf();
  const order = { do: "revoke-certificates", reason: "stolen" } as const;
  assertEquals((await commands.secure("CP1", order, "asha")).kind, "accepted");
  assertEquals(done, [["CP1", "stolen"]]);
  const none = await commandsOf({ revoked: 0 }).commands.secure("CP1", order, "asha");
  assertEquals(none.kind, "refused");
});

Deno.test("a lower profile is allowed for one charger", async () => {
  const { commands, done } = commandsOf();
  await commands.secure("CP1", { do: "allow-profile", profile: 1 }, "asha");
  assertEquals(done, [["CP1", 1]]);
});

Deno.test("the outcome of asking for a new certificate says what is missing", async () => {
  const renewals: readonly [RenewalOrder, string][] = [
    [{ kind: "asked" }, "accepted"],
    [{ kind: "refused", status: "NotImplemented" }, "The charger answered NotImplemented"],
    [{ kind: "unsure" }, "The charger did not answer"],
    [{ kind: "away" }, "The charger is not connected"],
    [{ kind: "nobody-signs" }, "This site signs no certificates"],
    [{ kind: "unproven" }, "The charger has shown no password"],
  ];
  for (const [renewal, expected] of renewals) {
    const { commands } = commandsOf({ renewal });
    const outcome = await commands.secure("CP1", { do: "renew-certificate" }, "asha");
    assertEquals(outcome.kind === "refused" ? outcome.reason : outcome.kind, expected);
  }
});

Deno.test("the outcome of a higher profile says what the charger does next, or what it lacks", async () => {
  const changes: readonly [ProfileChange, string][] = [
    [{ kind: "taken" }, "The charger comes with it when it connects next"],
    [{ kind: "needs-reset" }, "The charger has it and uses it after a restart"],
    [{ kind: "refused", status: "Rejected" }, "The charger answered Rejected"],
    [{ kind: "unsure" }, "The charger did not answer"],
    [{ kind: "away" }, "The charger is not connected"],
    [{ kind: "has-it" }, "It comes with this profile or a higher one already"],
    [{ kind: "needs-url" }, "A charger with OCPP 2.x has to be told the address"],
  ];
  const order = { do: "raise-profile", profile: 2, url: null } as const;
  for (const [profile, expected] of changes) {
    const { commands, done } = commandsOf({ profile });
    const outcome = await commands.secure("CP1", order, "asha");
    assertEquals(outcome.kind === "accepted" ? outcome.detail : outcome.reason, expected);
    assertEquals(done, [["CP1", order]]);
  }
});
