import { assertEquals } from "@std/assert";
import { openBooks } from "../../test/support/books.ts";
import type { TokenOrder } from "../authorization/mod.ts";
import { createTokenCommands } from "./token_commands.ts";

function order(token: string, status: "Accepted" | "Blocked" = "Accepted"): TokenOrder {
  return {
    idToken: { idToken: token, type: "Central" },
    info: { status },
    preferences: token === "A" ? { priority: 7 } : {},
  };
}

Deno.test("a whole list is on disk with who brought it, and what it does not name stays", async () => {
  const books = await openBooks();
  const commands = createTokenCommands(books);
  await commands.listTokens([order("OLD"), order("A")], "priya");
  const outcome = await commands.listTokens([order("A", "Blocked"), order("B")], "asha");
  assertEquals(outcome, { kind: "accepted", detail: "2 tokens are on the local list" });
  const again = await openBooks({ store: books.store, clock: books.clock });
  const listed = [...again.tokens.list().tokens.values()];
  assertEquals(
    listed.map(({ idToken, info, origin, preferences }) => [
      idToken.idToken,
      info.status,
      origin,
      preferences?.priority,
    ]).toSorted(),
    [
      ["A", "Blocked", "operator", 7],
      ["B", "Accepted", "operator", undefined],
      ["OLD", "Accepted", "operator", undefined],
    ],
  );
  const lines = books.logged.filter(({ event }) => event === "operator_import_listed");
  assertEquals(lines.map(({ by, count, added }) => [by, count, added]), [
    ["priya", 2, 2],
    ["asha", 2, 1],
  ]);
});

Deno.test("a list that does not fit is not begun", async () => {
  const books = await openBooks();
  const room = books.tokens.room();
  const outcome = await createTokenCommands(books).listTokens(
    Array.from({ length: room + 1 }, (_, at) => order(`T${at}`)),
    "priya",
  );
  assertEquals(outcome.kind, "refused");
  assertEquals([books.tokens.list().tokens.size, books.tokens.room()], [0, room]);
});

Deno.test("of a token that is cached as well the list's word counts from then on", async () => {
  const books = await openBooks();
  const idToken = { idToken: "A", type: "Central" };
  books.tokens.learn(idToken, { status: "Accepted" }, books.clock.wallMs());
  assertEquals(books.tokens.cacheSize(), 1);
  await createTokenCommands(books).listTokens([order("A", "Blocked")], "priya");
  assertEquals(books.tokens.cacheSize(), 0);
  assertEquals(books.tokens.recall(idToken).listed?.info.status, "Blocked");
});
