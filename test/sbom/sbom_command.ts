/** `deno task sbom`: the program's bill of materials, CycloneDX 1.6, on standard output. */
import { gatherMaterials } from "./materials.ts";
import { billOfMaterials } from "./sbom.ts";

Deno.stdout.writeSync(new TextEncoder().encode(`${billOfMaterials(await gatherMaterials())}\n`));
