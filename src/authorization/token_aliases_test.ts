import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { createHmac } from "node:crypto";
import { type IdToken, TOKEN_LENGTH_MAX_16 } from "../ocpp/mod.ts";
import { tokenKey } from "../site/mod.ts";
import { createTokenAliases, type TokenAlias, type TokenAliasOptions } from "./token_aliases.ts";
import type { TokenWrite } from "./token_book.ts";

const LONG = "IN*TAT*E1234567890*CONTRACT*7";

function token(idToken: string): IdToken {
  return { idToken, type: "eMAID" };
}

function hmac(key: string) {
  return (text: string) => createHmac("sha256", key).update(text).digest("hex");
}

/** Aliases on a disk that can be opened again. */
function setUp(changes: Partial<TokenAliasOptions> = {}) {
  const disk = new Map<string, TokenAlias>();
  let wallMs = 1_000;
  const options: TokenAliasOptions = {
    digest: hmac("key"),
    isToken: () => false,
    isNeeded: () => false,
    commit(writes: readonly TokenWrite[]) {
      for (const write of writes) {
        if (write.collection !== "token-aliases") continue;
        if (write.kind === "put") disk.set(write.key, structuredClone(write.value));
        else disk.delete(write.key);
      }
      return Promise.resolve();
    },
    wallMs: () => wallMs++,
    capacity: 100,
    ...changes,
  };
  return { disk, open: () => createTokenAliases(options, new Map(disk)) };
}

Deno.test("a token that fits is written as it is, and nothing is remembered of it", () => {
  const { disk, open } = setUp();
  const aliases = open();
  for (const text of ["04A2B3C4", " ASHA ", "", "x".repeat(TOKEN_LENGTH_MAX_16)]) {
    assertEquals(aliases.write(token(text)), token(text));
  }
  assertEquals(disk.size, 0);
});

Deno.test("blanks alone make no token too long", () => {
  const { disk, open } = setUp();
  assertEquals(open().write(token(`04A2B3C4${" ".repeat(20)}`)), token("04A2B3C4"));
  assertEquals(disk.size, 0);
});

Deno.test("a longer token gets an alias, which comes back as the token with its type", () => {
  const aliases = setUp().open();
  const alias = aliases.write(token(LONG));
  assertMatch(alias.idToken, /^ALIAS[0-9A-V]{15}$/);
  assertEquals(aliases.read(alias), token(LONG));
  assertEquals(aliases.read({ idToken: ` ${alias.idToken.toLowerCase()}`, type: "Central" }), {
    idToken: LONG,
    type: "eMAID",
  });
});

Deno.test("a text that was never given as an alias means itself", () => {
  const aliases = setUp().open();
  const alias = aliases.write(token(LONG)).idToken;
  const wrong = `${alias.slice(0, -1)}${alias.endsWith("0") ? "1" : "0"}`;
  for (const text of [wrong, "ALIAS", LONG, "04A2B3C4", ""]) {
    assertEquals(aliases.read(token(text)), token(text));
  }
});

Deno.test("letters and blanks of another reader make no other token, so no other alias", () => {
  const aliases = setUp().open();
  assertEquals(
    aliases.write(token(` ${LONG.toLowerCase()} `)).idToken,
    aliases.write(token(LONG)).idToken,
  );
});

Deno.test("who knows a token and not the key cannot say its alias", () => {
  const mine = setUp().open().write(token(LONG));
  const theirs = setUp({ digest: hmac("another key") }).open().write(token(LONG));
  assertNotEquals(mine, theirs);
});

Deno.test("an alias that is somebody's token already is not given", () => {
  const first = setUp().open().write(token(LONG)).idToken;
  const { open } = setUp({ isToken: ({ idToken }) => idToken === first });
  const aliases = open();
  const second = aliases.write(token(LONG));
  assertNotEquals(second.idToken, first);
  assertEquals(aliases.read(second), token(LONG));
  assertEquals(aliases.read(token(first)), token(first));
});

Deno.test("written() waits for the disk", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const aliases = setUp({ commit: () => promise }).open();
  await aliases.written();
  aliases.write(token(LONG));
  let isWritten = false;
  const waiting = aliases.written().then(() => isWritten = true);
  await Promise.resolve();
  assertEquals(isWritten, false);
  resolve();
  await waiting;
  assertEquals(isWritten, true);
});

Deno.test("when there are too many, the one unused for longest goes, and comes out the same again", () => {
  const { disk, open } = setUp({ capacity: 3 });
  const aliases = open();
  const long = (name: string) => token(`${name}-${LONG}`);
  const [a, b] = ["A", "B", "C"].map((name) => aliases.write(long(name)));
  aliases.read(token(a?.idToken ?? ""));
  aliases.write(long("D"));
  assertEquals(disk.size, 3);
  assertEquals(aliases.read(token(b?.idToken ?? "")), token(b?.idToken ?? ""));
  assertEquals(aliases.read(token(a?.idToken ?? "")), long("A"));
  assertEquals(aliases.write(long("B")), b);
});

Deno.test("aliases that are needed stay, however many come", () => {
  const isNeeded = ({ idToken }: IdToken) => idToken.startsWith("KEPT");
  const { disk, open } = setUp({ capacity: 3, isNeeded });
  const aliases = open();
  const kept = ["1", "2", "3", "4"].map((n) => aliases.write(token(`KEPT-${n}-${LONG}`)));
  for (let n = 0; n < 50; n++) aliases.write(token(`STRANGER-${n}-${LONG}`));
  const again = open();
  for (const alias of kept) assertMatch(again.read(alias).idToken, /^KEPT/);
  assertEquals(disk.size <= 5, true);
});

const Text = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 60 });

Deno.test("property: over restarts no two tokens share an alias, and each comes back", () => {
  fc.assert(fc.property(
    fc.array(fc.record({ text: Text, restart: fc.boolean() }), { maxLength: 40 }),
    // A digest of few different values makes collisions that no real one would.
    fc.boolean(),
    (steps, isWeak) => {
      const weak = (text: string) => (text.length % 7).toString(16).padStart(2, "0");
      const digest = isWeak
        ? (text: string) => hmac("k")(`${text.split("\n")[0]}${weak(text)}`)
        : hmac("k");
      const { open } = setUp({ digest });
      let aliases = open();
      const said = new Map<string, string>();
      for (const { text, restart } of steps) {
        if (restart) aliases = open();
        const key = tokenKey(token(text));
        const written = aliases.write(token(text));
        if ([...text.trim()].length <= TOKEN_LENGTH_MAX_16) continue;
        assertEquals([...written.idToken].length <= TOKEN_LENGTH_MAX_16, true);
        assertEquals(said.get(key) ?? written.idToken, written.idToken, "it stays the same");
        said.set(key, written.idToken);
        assertEquals(tokenKey(aliases.read(written)), key);
      }
      assertEquals(new Set(said.values()).size, said.size, "each has its own");
      aliases = open();
      for (const [key, alias] of said) {
        assertEquals(tokenKey(aliases.read(token(alias))), key);
      }
    },
  ));
});
