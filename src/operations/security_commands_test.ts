import { assertEquals } from "@std/assert";
import type { PasswordChange } from "../chargers/mod.ts";
import { createSecurityCommands } from "./security_commands.ts";

function commandsOf({ change = { kind: "taken" }, revoked = 1 }: {
  readonly change?: PasswordChange;
  readonly revoked?: number;
} = {}) {
  const done: unknown[] = [];
  const commands = createSecurityCommands({
    log: () => {},
    chargers: {
      changePassword: () => Promise.resolve(change),
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
