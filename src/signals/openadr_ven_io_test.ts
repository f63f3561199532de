import { assertEquals } from "@std/assert";
import { createSystemClock } from "../lib/clock_io.ts";
import type { SignalWord } from "../site/mod.ts";
import { eventJson, limitOf } from "./_openadr_events.ts";
import { CLIENT, openVtn, type TestVtn } from "./_vtn_io.ts";
import { createOpenAdrVen } from "./openadr_ven_io.ts";
import type { OpenAdrOptions } from "./signal_options.ts";

const FOR_EVER = { start: "0001-01-01", duration: "P9999Y" };

interface Listener extends AsyncDisposable {
  readonly logged: string[];
  /** The next word that is another than the last one. */
  next(): Promise<SignalWord>;
}

function listen(vtn: TestVtn, changes: Partial<OpenAdrOptions> = {}): Listener {
  const logged: string[] = [];
  const words: SignalWord[] = [];
  let before = "";
  let wake = () => {};
  const ven = createOpenAdrVen(
    {
      driver: "openadr",
      plan: {
        id: "flex",
        by: "openadr flex",
        circuitId: "grid",
        counts: "everything",
        silentAfterMs: 900_000,
        fallback: null,
      },
      url: vtn.url,
      version: "3.1",
      ...CLIENT,
      program: "flex",
      targets: [],
      targetType: "GROUP",
      levelsW: new Map(),
      intervalMs: 20,
      ...changes,
    },
    createSystemClock(),
    (_level, event, fields) => {
      logged.push(`${event} ${JSON.stringify(fields)}`);
    },
  );
  ven.start((word) => {
    const text = JSON.stringify(word);
    if (text === before) return;
    before = text;
    words.push(word);
    wake();
  });
  return {
    logged,
    async next() {
      while (words.length === 0) await new Promise<void>((resolve) => wake = resolve);
      return words.shift() ?? { kind: "unheard", reason: "" };
    },
    [Symbol.asyncDispose]: () => ven.stop(),
  };
}

const wattsOf = (word: SignalWord) =>
  word.kind === "unheard" ? word.reason : word.spans.map(({ limit }) => limit);

async function withVtn(run: (vtn: TestVtn) => Promise<void>): Promise<void> {
  const vtn = openVtn();
  try {
    await run(vtn);
  } finally {
    await vtn.close();
  }
}

for (const version of ["3.0", "3.1"] as const) {
  Deno.test(`OpenADR ${version}: an event is heard, changed and gone as the VTN has it`, async () => {
    await withVtn(async (vtn) => {
      await using ven = listen(vtn, { version });
      assertEquals(wattsOf(await ven.next()), []);
      vtn.events = [eventJson({ intervalPeriod: FOR_EVER }), eventJson({ programID: "p2" })];
      assertEquals(wattsOf(await ven.next()), [10_000]);
      vtn.events = [
        eventJson({ intervalPeriod: FOR_EVER, intervals: [{ id: 0, payloads: [limitOf(7)] }] }),
      ];
      assertEquals(wattsOf(await ven.next()), [7_000]);
      vtn.events = [eventJson({ intervalPeriod: { start: "0001-01-01", duration: "PT0S" } })];
      assertEquals(wattsOf(await ven.next()), []);
      const asked = new Set(vtn.asked);
      assertEquals(asked.has("GET /auth/server"), version === "3.1");
      assertEquals(asked.has("GET /events?programID=p1&skip=0&limit=50"), true);
      assertEquals(vtn.asked.filter((each) => each === "POST /auth/token").length, 1);
    });
  });
}

const TARGETS: readonly [version: "3.0" | "3.1", query: string][] = [
  ["3.0", "targetType=GROUP&targetValues=a b&targetValues=c"],
  ["3.1", "targets=a b&targets=c"],
];
for (const [version, query] of TARGETS) {
  Deno.test(`OpenADR ${version} names targets its own way`, async () => {
    await withVtn(async (vtn) => {
      await using ven = listen(vtn, { version, targets: ["a b", "c"] });
      await ven.next();
      const said = vtn.asked.map((each) => each.replaceAll("+", " "));
      assertEquals(said.includes(`GET /programs?${query}&skip=0&limit=50`), true, said.join("\n"));
    });
  });
}

Deno.test("a token that is not taken any more is renewed, once", async () => {
  await withVtn(async (vtn) => {
    await using ven = listen(vtn);
    await ven.next();
    vtn.forgetTokens();
    vtn.events = [eventJson({ intervalPeriod: FOR_EVER })];
    assertEquals(wattsOf(await ven.next()), [10_000]);
    assertEquals(vtn.asked.filter((each) => each === "POST /auth/token").length, 2);
  });
});

Deno.test("more events than a page holds are all heard", async () => {
  await withVtn(async (vtn) => {
    const low = { intervalPeriod: FOR_EVER, intervals: [{ id: 0, payloads: [limitOf(3)] }] };
    vtn.events = Array.from(
      { length: 120 },
      (_, n) => eventJson({ id: `e${n}`, intervalPeriod: FOR_EVER, ...(n === 119 && low) }),
    );
    await using ven = listen(vtn);
    assertEquals(wattsOf(await ven.next()), [3_000]);
  });
});

Deno.test("a site that is to be known to the VTN makes itself known, once", async () => {
  await withVtn(async (vtn) => {
    await using ven = listen(vtn, { venName: "pune-depot" });
    await ven.next();
    await using again = listen(vtn, { venName: "pune-depot", version: "3.0" });
    await again.next();
    assertEquals(vtn.vens, [{ id: "v1", objectType: "VEN_VEN_REQUEST", venName: "pune-depot" }]);
  });
});

Deno.test("tokens are fetched where the VTN says, on its own host only", async () => {
  await withVtn(async (vtn) => {
    vtn.tokenUrl = `${vtn.url}/auth/token`;
    await using ven = listen(vtn);
    assertEquals(wattsOf(await ven.next()), []);
  });
  await withVtn(async (vtn) => {
    vtn.tokenUrl = "https://tokens.example.net/oauth";
    await using ven = listen(vtn);
    assertEquals(
      wattsOf(await ven.next()),
      "tokens are given at https://tokens.example.net: name that address as tokenUrl if you trust it",
    );
  });
});

Deno.test("what limits nothing is told in the log, once", async () => {
  await withVtn(async (vtn) => {
    const payloads = [limitOf(5), { type: "EXPORT_CAPACITY_LIMIT", values: [1] }];
    vtn.events = [eventJson({ intervalPeriod: FOR_EVER, intervals: [{ id: 0, payloads }] })];
    await using ven = listen(vtn);
    await ven.next();
    vtn.events = [
      eventJson({ id: "e2", intervalPeriod: FOR_EVER, intervals: [{ id: 0, payloads }] }),
    ];
    await ven.next();
    assertEquals(ven.logged, [
      'openadr_ignored {"id":"flex","kinds":["EXPORT_CAPACITY_LIMIT"]}',
    ]);
  });
});

const FAULTS: readonly [what: string, path: string, status: number, body: string, says: string][] =
  [
    ["refuses", "/events", 403, '{"detail":"not yours"}', "/events answers 403: not yours"],
    ["is broken", "/events", 500, "<html>", "/events answers 500"],
    ["moved", "/programs", 302, "", "/programs answers 302"],
    ["sends no JSON", "/programs", 200, "<html>", "/programs answers with what is no JSON"],
    [
      "sends something else",
      "/events",
      200,
      '{"events":[]}',
      "/events answers with something else: Invalid input: expected array, received object",
    ],
  ];
for (const [what, path, status, body, says] of FAULTS) {
  Deno.test(`a VTN that ${what} is not heard, and why is told`, async () => {
    await withVtn(async (vtn) => {
      vtn.instead.set(path, { status, body });
      await using ven = listen(vtn);
      const word = await ven.next();
      const { host } = new URL(vtn.url);
      assertEquals(word, { kind: "unheard", reason: `${host}/openadr3/3.1.0${says}` });
    });
  });
}

Deno.test("wrong credentials, and a program that is not there, are told without the secret", async () => {
  await withVtn(async (vtn) => {
    const { host } = new URL(vtn.url);
    await using ven = listen(vtn, { clientSecret: "wrong-secret" });
    assertEquals(await ven.next(), {
      kind: "unheard",
      reason: `no token: ${host}/openadr3/3.1.0/auth/token answers 401: invalid_client`,
    });
    await using other = listen(vtn, { program: "solar" });
    assertEquals(await other.next(), {
      kind: "unheard",
      reason: 'the VTN shows no program "solar"',
    });
  });
});

Deno.test("an answer without end is cut off", async () => {
  await withVtn(async (vtn) => {
    vtn.instead.set("/events", { status: 200, body: `[${'"x",'.repeat(600_000)}1]` });
    await using ven = listen(vtn);
    const { host } = new URL(vtn.url);
    assertEquals(wattsOf(await ven.next()), `an answer of more than 2097152 bytes from ${host}`);
  });
});

Deno.test("a VTN that is not there is not heard, and why is told", async () => {
  const gone = openVtn();
  await gone.close();
  await using ven = listen(gone);
  const { host } = new URL(gone.url);
  assertEquals(wattsOf(await ven.next()), `no token: ${host} refuses the connection`);
});

Deno.test("events that cannot be read are told of beside those that can", async () => {
  await withVtn(async (vtn) => {
    vtn.events = [
      eventJson({ id: "bad", intervals: [{ id: 0 }], intervalPeriod: FOR_EVER }),
      eventJson({ intervalPeriod: FOR_EVER }),
    ];
    await using ven = listen(vtn);
    const word = await ven.next();
    assertEquals(wattsOf(word), [10_000]);
    assertEquals(word.kind === "schedule" && word.problems, [
      "event bad cannot be read: intervals.0.payloads: Invalid input: expected array, received undefined",
    ]);
  });
});
