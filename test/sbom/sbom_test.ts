import { assert, assertEquals } from "@std/assert";
import { Ajv } from "ajv";
import { gatherMaterials } from "./materials.ts";
import { billOfMaterials, type Materials } from "./sbom.ts";

interface Bom {
  readonly components: readonly {
    readonly "bom-ref": string;
    readonly name: string;
    readonly group?: string;
    readonly version: string;
    readonly purl: string;
    readonly scope?: string;
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
    readonly licenses?: readonly unknown[];
  }[];
  readonly dependencies: readonly {
    readonly ref: string;
    readonly dependsOn?: readonly string[];
  }[];
}

const materials = await gatherMaterials();
const [LIBRARY = ""] = [...materials.packages]
  .filter(([, { name }]) => name === "@cyclonedx/cyclonedx-library").map(([key]) => key);

/** The schemas as the library for CycloneDX carries them. */
function schema(name: string): Record<string, unknown> {
  const folder = materials.folder(LIBRARY);
  return JSON.parse(Deno.readTextFileSync(`${folder}/res/schema/${name}.SNAPSHOT.schema.json`));
}

const text = billOfMaterials(materials);
const bom: Bom = JSON.parse(text);

Deno.test("the bill of materials obeys the schema of CycloneDX 1.6", () => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
  for (const name of ["jsf-0.82", "spdx"]) {
    // It is named so in the schema of the library, which is of a draft.
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  const validate = ajv.compile(schema("bom-1.6"));
  assertEquals(validate(bom), true, JSON.stringify(validate.errors));
  assertEquals(validate({ ...bom, bomFormat: "SPDX" }), false, "it would find a mistake");
  const [first, ...others] = bom.components;
  assertEquals(
    validate({ ...bom, components: [{ ...first, scope: "perhaps" }, ...others] }),
    false,
  );
});

Deno.test("every package of deno.lock is in it, with its licence and the hash of its archive", () => {
  const refs = bom.components.map((each) => each["bom-ref"]);
  assertEquals([...materials.integrity.keys()].filter((key) => !refs.includes(key)), []);
  const libraries = bom.components.filter(({ name }) => name !== "deno");
  const without = libraries.filter(({ hashes, licenses }) =>
    hashes?.[0]?.content.length !== 128 || licenses === undefined || licenses.length === 0
  );
  // Its package says nothing of a licence; it comes with the peers of tests only.
  assertEquals(without.map(({ name, scope }) => `${name} ${scope}`), ["precond excluded"]);
  const zod = libraries.find(({ name }) => name === "zod");
  const { integrity } = JSON.parse(Deno.readTextFileSync("deno.lock")).npm[`zod@${zod?.version}`];
  const hex = Uint8Array.fromBase64(integrity.slice("sha512-".length)).toHex();
  assertEquals(zod?.hashes, [{ alg: "SHA-512", content: hex }]);
  assertEquals(zod?.purl, `pkg:npm/zod@${zod?.version}`);
});

Deno.test("what the program runs on is required, and what only tests need is excluded", () => {
  const scope = (wanted: string) => bom.components.find(({ name }) => name === wanted)?.scope;
  const shipped = ["hono", "ws", "mqtt", "zod", "yaml", "typed-ocpp", "x509"];
  assertEquals(shipped.map(scope), shipped.map(() => "required"));
  const tools = ["fast-check", "playwright-core", "cyclonedx-library"];
  assertEquals(tools.map(scope), tools.map(() => "excluded"));
});

Deno.test("who depends on whom goes from the program to each package that is required", () => {
  const byRef = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  const found = new Set<string>();
  const waiting = ["sangam"];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (!found.has(ref)) waiting.push(...byRef.get(ref) ?? []);
    found.add(ref);
  }
  const required = bom.components.filter(({ scope }) => scope === "required");
  assert(required.length > 20);
  assertEquals(required.filter((each) => !found.has(each["bom-ref"])), []);
});

Deno.test("the same lock gives the same text", () => {
  assertEquals(billOfMaterials(materials), text);
});

Deno.test("licences are told as SPDX where they are known to it, and as they are where not", () => {
  const said = ["MIT", "(MIT OR Apache-2.0)", "See LICENSE", null];
  const packages = said.map((_, index) =>
    [`p${index}@1.0.0`, { name: `@s/p${index}`, version: "1.0.0", dependencies: [] }] as const
  );
  const drawn: Materials = {
    version: "1",
    denoVersion: "2",
    packages: new Map(packages),
    imported: ["p0@1.0.0"],
    integrity: new Map(),
    licence: (key) => said[Number(key[1])] ?? null,
  };
  const { components }: Bom = JSON.parse(billOfMaterials(drawn));
  const of = (name: string) => components.find((each) => each.name === name);
  assertEquals(["p0", "p1", "p2", "p3"].map((name) => of(name)?.licenses), [
    [{ license: { id: "MIT" } }],
    [{ expression: "(MIT OR Apache-2.0)" }],
    [{ license: { name: "See LICENSE" } }],
    undefined,
  ]);
  assertEquals([of("p0")?.group, of("p0")?.purl], ["@s", "pkg:npm/%40s/p0@1.0.0"]);
  assertEquals([of("p0")?.scope, of("p1")?.scope], ["required", "excluded"]);
});
