import { assertEquals } from "@std/assert";
import plugin from "./plugin.ts";
import { collectPromiseNames } from "./promise_names.ts";

/** Lints `source` as if it stood at `path` of a checkout, and returns what is reported. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, `/checkout/${path}`, source).map((found) => found.message);
}

Deno.test("layers allows a room to import rooms of smaller rank through their face", () => {
  assertEquals(lint("src/outbox/row.ts", `import { a } from "../transactions/mod.ts";`), []);
  assertEquals(lint("src/site/slots.ts", `import { a } from "../lib/clock.ts";`), []);
});

Deno.test("layers refuses an import of a higher or equal rank, static, re-exported or dynamic", () => {
  const upward = "site (rank 2) must not import outbox (4)";
  assertEquals(lint("src/site/slots.ts", `import { a } from "../outbox/mod.ts";`), [upward]);
  assertEquals(lint("src/site/slots.ts", `export { a } from "../outbox/mod.ts";`), [upward]);
  assertEquals(lint("src/site/slots.ts", `export * from "../outbox/mod.ts";`), [upward]);
  assertEquals(lint("src/site/slots.ts", `const a = import("../outbox/mod.ts");`), [upward]);
  assertEquals(
    lint("src/chargers/a.ts", `import type { A } from "../csms/mod.ts";`),
    ["chargers (rank 5) must not import csms (5)"],
  );
});

Deno.test("layers refuses private files, side doors and unknown rooms", () => {
  assertEquals(
    lint("src/outbox/row.ts", `import { a } from "../site/_slots.ts";`),
    ["src/site/_slots.ts is private to its folder"],
  );
  assertEquals(
    lint("src/outbox/row.ts", `import { a } from "../site/slots.ts";`),
    ["import site through a mod.ts"],
  );
  assertEquals(
    lint("src/outbox/row.ts", `import { a } from "../helpers/mod.ts";`),
    [`"helpers" is no room of the house`],
  );
  assertEquals(
    lint("src/csms/a.ts", `import { a } from "../../test/x.ts";`),
    ["src/ must not import test/"],
  );
});

Deno.test("layers lets only gateway.ts and shells import shells", () => {
  const source = `import { open } from "./store/ledger_io.ts";`;
  assertEquals(lint("src/gateway.ts", source), []);
  assertEquals(
    lint("src/telemetry/a.ts", `import { open } from "../store/ledger_io.ts";`),
    ["only shells import shells"],
  );
});

Deno.test("layers gives the pages only types of the rooms that decide and act", () => {
  assertEquals(lint("src/web/a.ts", `import type { A } from "../csms/mod.ts";`), []);
  assertEquals(lint("src/web/a.ts", `import { a } from "../site/mod.ts";`), []);
  assertEquals(
    lint("src/web/a.ts", `import { a } from "../csms/mod.ts";`),
    ["web takes only types from csms"],
  );
});

Deno.test("no-ambient-effects refuses time, chance and the outside world", () => {
  const found = (source: string) => lint("src/site/a.ts", source).length;
  const refused = [
    "const a = Date.now();",
    "const a = new Date();",
    "const a = Date();",
    "const a = performance.now();",
    "const a = setTimeout(b, 1);",
    "const a = globalThis.setTimeout(b, 1);",
    "const a = Math.random();",
    "const a = crypto.randomUUID();",
    "const a = fetch(b);",
    "const a = Deno.readTextFileSync(b);",
    "const a = process.env;",
    "const a = new WebSocket(b);",
    `import { createServer } from "node:http";`,
    `import { WebSocketServer } from "ws";`,
  ];
  for (const source of refused) assertEquals(found(source), 1, source);
  const allowed = [
    "const a = new Date(b);",
    "const a = Date.parse(b);",
    "const a = clock.wallMs();",
    "const a = valueOf(b);",
    `import type { Server } from "node:http";`,
  ];
  for (const source of allowed) assertEquals(found(source), 0, source);
});

Deno.test("no-ambient-effects leaves shells, tests and the command line alone", () => {
  for (const path of ["src/lib/clock_io.ts", "src/site/a_test.ts", "test/a.ts", "main.ts"]) {
    assertEquals(lint(path, "const a = Date.now();"), [], path);
  }
});

Deno.test("pure-core keeps schema library, database and pages out of the core", () => {
  const refused = (module: string) =>
    lint("src/balancing/a.ts", `import { z } from "${module}";`)
      .filter((message) => message.startsWith("the core"));
  for (const module of ["zod", "node:sqlite", "hono", "hono/jsx", "yaml"]) {
    assertEquals(refused(module), [`the core does not know "${module}"`]);
  }
  assertEquals(lint("src/meters/a.ts", `import { z } from "zod";`), []);
});

const FLOATING = ["nobody owns this promise: await it or spawn() it"];

Deno.test("no-floating-promise refuses calls whose promise is thrown away", () => {
  const declared = "async function save() {}\n";
  assertEquals(lint("src/csms/a.ts", `${declared}save();`), FLOATING);
  assertEquals(lint("src/csms/a.ts", `${declared}void save();`), FLOATING);
  assertEquals(lint("src/csms/a.ts", `${declared}a && save();`), FLOATING);
  assertEquals(lint("src/csms/a.ts", `interface A { stow(): Promise<void> }\nstore.stow();`), [
    ...FLOATING,
  ]);
  assertEquals(lint("src/csms/a.ts", "a.then(b);"), FLOATING);
  assertEquals(lint("src/csms/a.ts", "a.then(b).finally(c);"), FLOATING);
});

Deno.test("no-floating-promise accepts promises that are awaited, kept, returned or caught", () => {
  const declared = "async function save() {}\n";
  for (
    const source of [
      "await save();",
      "const a = save();",
      "spawn('save', save);",
      "spawn('save', () => save());",
      "a.then(b, c);",
      "a.then(b).catch(c);",
      "a.catch(c).finally(d);",
      "other();",
    ]
  ) assertEquals(lint("src/csms/a.ts", declared + source), [], source);
});

Deno.test("no-floating-promise refuses async callbacks that nobody hears", () => {
  const dropped = ["after() drops the promise of its callback: spawn() the work"];
  const declared = "async function save() {}\n";
  assertEquals(lint("src/csms/a.ts", "clock.after(1, async () => {});"), dropped);
  assertEquals(lint("src/csms/a.ts", `${declared}clock.after(1, () => save());`), dropped);
  assertEquals(lint("src/csms/a.ts", "clock.after(1, () => { b(); });"), []);
});

Deno.test("no-floating-promise leaves method names alone that are declared both ways", () => {
  const source = "interface A { close(): Promise<void> }\ninterface B {\n  close(): void;\n}\n";
  assertEquals(lint("src/csms/a.ts", `${source}a.close();`), []);
});

Deno.test("no-floating-promise knows which of Deno's functions return promises", () => {
  const declared = "function during(test: (folder: string) => Promise<void>) {}\n";
  assertEquals(lint("src/csms/a_test.ts", `${declared}Deno.test("x", () => {});`), []);
  assertEquals(lint("src/csms/a_io.ts", 'Deno.remove("x");').length, 1);
});

Deno.test("collectPromiseNames() finds functions, methods, members and constants", () => {
  const names = collectPromiseNames([
    "interface A { close(): Promise<void>; commit(batch: B): Promise<void> }",
    "interface C {\n  close(): void;\n}",
    "const read = async () => {};",
    "interface D { readonly ask: (token: string) => Promise<boolean> }",
    "export function wait(ms: number): Promise<void> {}",
  ]);
  for (const name of ["close", "commit", "ask"]) {
    assertEquals(names.memberPromises(name), true, name);
  }
  for (const name of ["read", "wait"]) assertEquals(names.functionPromises(name), true, name);
  assertEquals(names.memberIsPlain("close"), true);
  assertEquals(names.memberIsPlain("commit"), false);
});
