import { assertEquals } from "@std/assert";
import { openBooks } from "../test/support/books.ts";
import { ended, transactionRecord } from "../test/contract/sessions.ts";
import { createTokenViews } from "./gateway_views_tokens.ts";
import { put } from "./lib/write.ts";

Deno.test("the usage of a listed token is its sessions, their energy and the last start; strangers have none", async () => {
  const books = await openBooks();
  const views = createTokenViews(books);
  const nowMs = books.clock.wallMs();
  const session = (number: number, token: string, agoMs: number) => {
    const record = transactionRecord({ number, stop: ended(900) });
    return {
      ...record,
      id: `session-${number}`,
      idToken: { idToken: token, type: "Central" },
      startHeardAtMs: nowMs - agoMs,
    };
  };
  const sessions = [
    session(1, "A", 9_000_000),
    session(2, "A", 5_000_000),
    session(3, "STRANGER", 5_000_000),
    session(4, "A", 400 * 86_400_000),
  ];
  await books.store.commit(sessions.map((each) => put("transactions", each.id, each)));
  await books.journal.commit(
    books.tokens.edit({ idToken: "A", type: "Central" }, { status: "Accepted" }),
  );
  const usage = await views.tokenUsage();
  assertEquals(usage.map(({ token, sessions, lastUsedAt }) => [token, sessions, lastUsedAt]), [
    ["A", 2, new Date(nowMs - 5_000_000).toISOString()],
  ]);
  assertEquals(views.tokens().map(({ token, origin }) => [token, origin]), [["A", "operator"]]);
  await books.store.commit([put("transactions", "session-5", session(5, "A", 1_000_000))]);
  assertEquals((await views.tokenUsage())[0]?.sessions, 2, "for a minute");
  await books.clock.advance(60_001);
  assertEquals((await views.tokenUsage())[0]?.sessions, 3);
});
