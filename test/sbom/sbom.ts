import { Enums, Models, Serialize, SPDX, Spec } from "@cyclonedx/cyclonedx-library";

/** A package as Deno has resolved it. */
export interface ResolvedPackage {
  readonly name: string;
  readonly version: string;
  /** Keys of packages. */
  readonly dependencies: readonly string[];
}

/** What a bill of materials is written from. */
export interface Materials {
  readonly version: string;
  readonly denoVersion: string;
  /** By their keys in deno.lock. */
  readonly packages: ReadonlyMap<string, ResolvedPackage>;
  /** Keys of the packages that the program imports itself. */
  readonly imported: readonly string[];
  /** Subresource integrity of each package's archive, as deno.lock has it. */
  readonly integrity: ReadonlyMap<string, string>;
  /** What a package says of its licence; null where it says nothing. */
  readonly licence: (key: string) => string | null;
}

/**
 * The bill of materials of the program, CycloneDX 1.6 as JSON. What only tests and tools need is in it
 * as "excluded". The same deno.lock gives the same text.
 */
export function billOfMaterials(materials: Materials): string {
  const { packages, imported, version, denoVersion } = materials;
  const shipped = reachable(imported, packages);
  const program = new Models.Component(Enums.ComponentType.Application, "sangam", {
    bomRef: "sangam",
    version,
    licenses: new Models.LicenseRepository([new Models.SpdxLicense("Apache-2.0")]),
  });
  const deno = new Models.Component(Enums.ComponentType.Platform, "deno", {
    bomRef: `deno@${denoVersion}`,
    version: denoVersion,
    purl: `pkg:npm/deno@${denoVersion}`,
    licenses: new Models.LicenseRepository([new Models.SpdxLicense("MIT")]),
  });
  const components = new Map(
    [...packages.keys()].map((key) => [key, componentOf(key, materials, shipped)] as const),
  );
  for (const [key, { dependencies }] of packages) {
    for (const other of dependencies) link(components.get(key), components.get(other));
  }
  for (const key of imported) link(program, components.get(key));
  program.dependencies.add(deno.bomRef);
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: program }),
    components: new Models.ComponentRepository([deno, ...components.values()]),
  });
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 });
}

function link(from: Models.Component | undefined, to: Models.Component | undefined): void {
  if (from !== undefined && to !== undefined) from.dependencies.add(to.bomRef);
}

function reachable(
  from: readonly string[],
  packages: ReadonlyMap<string, ResolvedPackage>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...from];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    waiting.push(...packages.get(key)?.dependencies ?? []);
  }
  return found;
}

function componentOf(
  key: string,
  { packages, integrity, licence }: Materials,
  shipped: ReadonlySet<string>,
): Models.Component {
  const { name = key, version = "" } = packages.get(key) ?? {};
  const [scope, local] = name.startsWith("@") ? name.split("/") : [undefined, name];
  const said = licence(key);
  return new Models.Component(Enums.ComponentType.Library, local ?? name, {
    bomRef: key,
    ...(scope === undefined ? {} : { group: scope }),
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    scope: shipped.has(key) ? Enums.ComponentScope.Required : Enums.ComponentScope.Excluded,
    hashes: new Models.HashDictionary(hashOf(integrity.get(key))),
    licenses: new Models.LicenseRepository(said === null ? [] : [licenceOf(said)]),
  });
}

/** "sha512-" and Base64, as the hexadecimal digits that CycloneDX wants. */
function hashOf(integrity = ""): [Enums.HashAlgorithm, string][] {
  const [, base64] = /^sha512-(.+)$/.exec(integrity) ?? [];
  if (base64 === undefined) return [];
  return [[Enums.HashAlgorithm["SHA-512"], Uint8Array.fromBase64(base64).toHex()]];
}

function licenceOf(said: string): Models.License {
  if (SPDX.isSupportedSpdxId(said)) return new Models.SpdxLicense(said);
  return / (?:OR|AND|WITH) /.test(said)
    ? new Models.LicenseExpression(said)
    : new Models.NamedLicense(said);
}
