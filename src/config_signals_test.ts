import { assertEquals } from "@std/assert";
import { readConfigIn } from "./config_io.ts";

const CIRCUITS = "circuits: [{ id: grid, limit: 63 }]\n";

async function read(...signals: readonly string[]) {
  return await readConfigIn(
    ".",
    `${CIRCUITS}signals:\n${signals.map((each) => `  - { ${each} }\n`).join("")}`,
  );
}

async function problemsOf(...signals: readonly string[]): Promise<readonly string[]> {
  const reading = await read(...signals);
  return reading.ok
    ? []
    : reading.problems.map(({ path, line, message }) => `${path}:${line}: ${message}`);
}

const VTN =
  'id: flex, driver: openadr, circuit: grid, url: "https://vtn.example.com/openadr3/3.1.0/", ' +
  "clientId: ven, clientSecret: hidden";
const HTTP =
  'id: dso, driver: http-json, circuit: grid, url: "https://dso.example.com/l", path: kW';
const API = "id: box, driver: api, circuit: grid";

Deno.test("signals are read as the room of signals takes them", async () => {
  const reading = await read(
    `${VTN}, program: flex, levels: { 2: { kW: 11 }, 3: { kW: 0 } }, fallback: { kW: 4.2 }`,
    HTTP,
    `${API}, silentAfter: 5min, fallback: { amps: 6 }, counts: everything`,
  );
  const plan = { circuitId: "grid", silentAfterMs: 900_000, fallback: null };
  assertEquals(reading.ok && reading.config.signals, [
    {
      driver: "openadr",
      plan: {
        ...plan,
        id: "flex",
        by: "openadr flex",
        counts: "everything",
        fallback: { unit: "W", limit: 4_200 },
      },
      url: "https://vtn.example.com/openadr3/3.1.0",
      version: "3.1",
      clientId: "ven",
      clientSecret: "hidden",
      scope: undefined,
      tokenUrl: undefined,
      program: "flex",
      targets: [],
      targetType: "GROUP",
      levelsW: new Map([[2, 11_000], [3, 0]]),
      venName: undefined,
      intervalMs: 60_000,
      ca: undefined,
    },
    {
      driver: "http-json",
      plan: { ...plan, id: "dso", by: "http-json dso", counts: "chargers" },
      url: "https://dso.example.com/l",
      path: "kW",
      unit: "kW",
      token: undefined,
      ca: undefined,
      intervalMs: 10_000,
    },
    {
      driver: "api",
      plan: {
        ...plan,
        id: "box",
        by: "api box",
        counts: "everything",
        silentAfterMs: 300_000,
        fallback: { unit: "A", limit: 6 },
      },
    },
  ]);
});

const SAFE = "Expected https://host/path (http:// only on this machine), without credentials or #";
const at = (url: string) => VTN.replace(/url: "[^"]*"/, `url: "${url}"`);
const CASES: readonly [signals: readonly string[], problems: readonly string[]][] = [
  [[at("http://127.0.0.1:8080/openadr3")], []],
  [[at("http://vtn.example.com/x")], [`signals[0].url:3: ${SAFE}`]],
  [[at("https://me:secret@vtn.example.com/x")], [`signals[0].url:3: ${SAFE}`]],
  [[`${VTN}, tokenUrl: "http://tokens.example.com"`], [`signals[0].tokenUrl:3: ${SAFE}`]],
  [[`${VTN}, ca: nowhere.pem`], ['signals[0].ca:3: There is no file "nowhere.pem"']],
  [
    [`${VTN}, interval: 20min`],
    ["signals[0].silentAfter:3: It would count as silent before it is asked again"],
  ],
  [[`${VTN}, interval: 1s`], ["signals[0].interval:3: No more often than each 5 s"]],
  [[API, API], ['signals[1].id:4: Signal "box" is there twice']],
  [[API.replace("grid", "attic")], ['signals[0].circuit:3: There is no circuit "attic"']],
  [[API.replace("box", "contacts")], ['signals[0].id:3: "contacts" is what contacts are called']],
  [[HTTP.replace("path: kW", "path: a..b")], ["signals[0].path:3: "]],
];

for (const [signals, problems] of CASES) {
  Deno.test(`signals with ${signals.map((each) => each.slice(0, 200)).join(" and ")}: ${problems[0] ?? "well"}`, async () => {
    const found = await problemsOf(...signals);
    assertEquals(found.length, problems.length, found.join("\n"));
    problems.forEach((each, index) =>
      assertEquals(
        each.endsWith(": ") ? found[index]?.startsWith(each) : found[index] === each,
        true,
        found.join("\n"),
      )
    );
  });
}
