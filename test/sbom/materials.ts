import { VERSION } from "../../src/commands/version.ts";
import type { Materials, ResolvedPackage } from "./sbom.ts";

const ROOT = new URL("../../", import.meta.url);

interface Info {
  readonly modules: readonly { readonly kind?: string; readonly npmPackage?: string }[];
  readonly npmPackages: Readonly<
    Record<string, ResolvedPackage & { readonly localPath: string }>
  >;
}

/** What Deno has resolved for the program by deno.lock, and what lies in its cache. */
export async function gatherMaterials(): Promise<
  Materials & {
    /** Where a package lies, by its key. */
    readonly folder: (key: string) => string | undefined;
  }
> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--frozen", new URL("main.ts", ROOT).pathname],
    cwd: ROOT.pathname,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const { modules, npmPackages }: Info = JSON.parse(new TextDecoder().decode(stdout));
  const lock = JSON.parse(await Deno.readTextFile(new URL("deno.lock", ROOT)));
  const locked: Record<string, { readonly integrity: string }> = lock.npm;
  return {
    version: VERSION,
    denoVersion: Deno.version.deno,
    packages: new Map(Object.entries(npmPackages)),
    imported: [...new Set(modules.flatMap(({ npmPackage }) => npmPackage ?? []))],
    integrity: new Map(Object.entries(locked).map(([key, { integrity }]) => [key, integrity])),
    folder: (key) => npmPackages[key]?.localPath,
    licence: (key) => licenceIn(npmPackages[key]?.localPath),
  };
}

/** Packages of old say it in more than one way. */
function licenceIn(folder: string | undefined): string | null {
  if (folder === undefined) return null;
  const { license, licenses } = JSON.parse(Deno.readTextFileSync(`${folder}/package.json`));
  const said = license ?? licenses?.[0];
  const text = typeof said === "object" ? said?.type : said;
  return typeof text === "string" && text !== "" ? text : null;
}
