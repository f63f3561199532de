import { assertEquals } from "@std/assert";
import { after, START_MS } from "../station/_profile_samples.ts";
import { createConfiguration } from "./configuration.ts";
import { createTokenMemory, type IdTagInfo16 } from "../station/tokens.ts";
import { tokenRules } from "./token_commands.ts";

const ACCEPTED: IdTagInfo16 = { status: "Accepted" };
const BLOCKED: IdTagInfo16 = { status: "Blocked" };

function memory(values: Readonly<Record<string, string>> = {}) {
  const configuration = createConfiguration(1, values);
  return { configuration, tokens: createTokenMemory(tokenRules(configuration)) };
}

/** "source status" of a token. */
function known(tokens: ReturnType<typeof createTokenMemory>, idTag: string): string | null {
  const token = tokens.lookup(idTag, START_MS);
  return token === null ? null : `${token.source} ${token.info.status}`;
}

Deno.test("a full list replaces all, whatever the case of its tokens", () => {
  const { tokens } = memory();
  const entry = (idTag: string, idTagInfo = ACCEPTED) => ({ idTag, idTagInfo });
  const full = { updateType: "Full", listVersion: 3 } as const;
  tokens.sendLocalList({ ...full, localAuthorizationList: [entry("OLD")] });
  const status = tokens.sendLocalList({
    ...full,
    localAuthorizationList: [entry("Abc"), entry("def", BLOCKED)],
  });
  assertEquals(status, "Accepted");
  assertEquals(["ABC", "def", "old"].map((idTag) => known(tokens, idTag)), [
    "list Accepted",
    "list Blocked",
    null,
  ]);
  assertEquals(tokens.listVersion(), 3);
});

Deno.test("a differential list adds, changes and removes", () => {
  const { tokens } = memory();
  tokens.sendLocalList({
    updateType: "Full",
    listVersion: 1,
    localAuthorizationList: [
      { idTag: "A", idTagInfo: ACCEPTED },
      { idTag: "B", idTagInfo: ACCEPTED },
    ],
  });
  const status = tokens.sendLocalList({
    updateType: "Differential",
    listVersion: 2,
    localAuthorizationList: [{ idTag: "a" }, { idTag: "b", idTagInfo: BLOCKED }, {
      idTag: "C",
      idTagInfo: ACCEPTED,
    }],
  });
  assertEquals(status, "Accepted");
  assertEquals(["A", "B", "C"].map((idTag) => known(tokens, idTag)), [
    null,
    "list Blocked",
    "list Accepted",
  ]);
});

const REFUSALS: readonly [
  string,
  Parameters<
    ReturnType<typeof createTokenMemory>["sendLocalList"]
  >[0],
  string,
][] = [
  ["an old differential update", { updateType: "Differential", listVersion: 5 }, "VersionMismatch"],
  ["a version that means an empty list", { updateType: "Full", listVersion: 0 }, "Failed"],
  ["a version that means no list", { updateType: "Full", listVersion: -1 }, "Failed"],
  ["a token without status in a full list", {
    updateType: "Full",
    listVersion: 6,
    localAuthorizationList: [{ idTag: "A" }],
  }, "Failed"],
  ["a token that is there twice", {
    updateType: "Full",
    listVersion: 6,
    localAuthorizationList: [
      { idTag: "A", idTagInfo: ACCEPTED },
      { idTag: "a", idTagInfo: BLOCKED },
    ],
  }, "Failed"],
  ["more entries than one message may have", {
    updateType: "Full",
    listVersion: 6,
    localAuthorizationList: ["A", "B", "C"].map((idTag) => ({ idTag, idTagInfo: ACCEPTED })),
  }, "Failed"],
  ["more entries than the list may have", {
    updateType: "Differential",
    listVersion: 6,
    localAuthorizationList: ["B", "C"].map((idTag) => ({ idTag, idTagInfo: ACCEPTED })),
  }, "Failed"],
];

for (const [name, request, status] of REFUSALS) {
  Deno.test(`sendLocalList() refuses ${name} and keeps what it has`, () => {
    const { tokens } = memory({ SendLocalListMaxLength: "2", LocalAuthListMaxLength: "2" });
    tokens.sendLocalList({
      updateType: "Full",
      listVersion: 5,
      localAuthorizationList: [
        { idTag: "KEEP", idTagInfo: ACCEPTED },
      ],
    });
    assertEquals(tokens.sendLocalList(request), status);
    assertEquals([known(tokens, "keep"), tokens.listVersion()], ["list Accepted", 5]);
  });
}

Deno.test("the list version is 0 for an empty list and -1 for a list that is switched off", () => {
  const { configuration, tokens } = memory();
  assertEquals(tokens.listVersion(), 0);
  tokens.sendLocalList({ updateType: "Full", listVersion: 9 });
  assertEquals(tokens.listVersion(), 0);
  configuration.change("LocalAuthListEnabled", "false");
  assertEquals(tokens.listVersion(), -1);
  assertEquals(tokens.sendLocalList({ updateType: "Full", listVersion: 9 }), "NotSupported");
});

Deno.test("the list goes before the cache, and its tokens are never cached", () => {
  const { configuration, tokens } = memory();
  tokens.learn("A", ACCEPTED);
  assertEquals(known(tokens, "a"), "cache Accepted");
  tokens.sendLocalList({
    updateType: "Full",
    listVersion: 1,
    localAuthorizationList: [{ idTag: "A", idTagInfo: BLOCKED }],
  });
  tokens.learn("A", ACCEPTED);
  assertEquals(known(tokens, "A"), "list Blocked");
  configuration.change("LocalAuthListEnabled", "false");
  assertEquals(known(tokens, "A"), null, "it did not stay in the cache");
});

Deno.test("a token whose time is over is expired, a blocked one stays blocked", () => {
  const { tokens } = memory();
  tokens.learn("A", { status: "Accepted", expiryDate: after(0) });
  tokens.learn("B", { status: "Accepted", expiryDate: after(1) });
  tokens.learn("C", { status: "Blocked", expiryDate: after(-1) });
  assertEquals(["A", "B", "C"].map((idTag) => known(tokens, idTag)), [
    "cache Expired",
    "cache Accepted",
    "cache Blocked",
  ]);
});

Deno.test("a full cache gives up refused tokens first, then the oldest", () => {
  const { tokens } = memory();
  tokens.learn("oldest", ACCEPTED);
  tokens.learn("refused", BLOCKED);
  for (let count = 0; count < 498; count++) tokens.learn(`T${count}`, ACCEPTED);
  tokens.learn("one more", ACCEPTED);
  assertEquals([known(tokens, "refused"), known(tokens, "oldest")], [null, "cache Accepted"]);
  tokens.learn("another", ACCEPTED);
  assertEquals([known(tokens, "oldest"), known(tokens, "T0")], [null, "cache Accepted"]);
});

Deno.test("a cache that is switched off knows and learns nothing, and cannot be cleared", () => {
  const { tokens } = memory({ AuthorizationCacheEnabled: "false" });
  tokens.learn("A", ACCEPTED);
  assertEquals(known(tokens, "A"), null);
  assertEquals(tokens.clearCache(), "Rejected");
});

Deno.test("clearCache() empties the cache and leaves the list", () => {
  const { tokens } = memory();
  tokens.learn("A", ACCEPTED);
  tokens.learn("A", undefined);
  assertEquals(known(tokens, "A"), "cache Accepted", "no news is no news");
  assertEquals(tokens.clearCache(), "Accepted");
  assertEquals(known(tokens, "A"), null);
});
