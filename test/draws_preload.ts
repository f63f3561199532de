/** Loaded before the tests of `deno task test`. */

import fc from "fast-check";
import { DRAWS_VARIABLE } from "./draws.ts";

const seed = Deno.env.get(DRAWS_VARIABLE);
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) | 0 });
