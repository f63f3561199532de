import { parse, stringify } from "yaml";
import { loadChargerModel } from "../../src/chargers/model_io.ts";
import { readConfigIn } from "../../src/config_io.ts";
import { permissionFlags } from "../../src/config_permissions.ts";
import { loadMeterPreset } from "../../src/meters/preset_io.ts";
import { loadMeterProfile } from "../../src/meters/meter_profile_io.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import { restoreLedger } from "../../src/store/backup_io.ts";
import { writesOf } from "../faults/ledger_work.ts";
import type { FuzzEdge } from "./edge.ts";
import { fuzzSiteYaml } from "./fuzz_site_yaml.ts";
import { oneOf, spoilBytes, spoilText, spoilValue } from "./odd.ts";

const HARDWARE = new URL("../../hardware/", import.meta.url);
const README = new URL("../../README.md", import.meta.url);

/** Problems without what differs from one to the next. */
function sameSort(text: string): string {
  return text.replaceAll(/"[^"]*"|\d+|\/\S*/g, "#").slice(0, 90);
}

/** A text that is spoilt as a text, or in one of its values. */
function spoilYaml(text: string, chance: () => number): string {
  if (chance() < 0.4) return spoilText(text, chance);
  try {
    return stringify(spoilValue(spoilValue(parse(text), chance), chance));
  } catch {
    // Half a surrogate cannot be written down.
    return spoilText(text, chance);
  }
}

/** site.yaml: whatever it says, it is taken, or every problem has words. */
export function openSiteYamlEdge(): FuzzEdge {
  const examples = [
    fuzzSiteYaml({
      chargers: 9_220,
      web: 8_080,
      csms: 9_000,
      modbusTcp: 502,
      modbusRtu: 4_196,
      http: 80,
      mqtt: 1_883,
    }),
    ...[...Deno.readTextFileSync(README).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
      .map(([, text = ""]) => text),
  ];
  return {
    name: "site-yaml",
    restMs: 60,
    draw: (chance) => ({ text: spoilYaml(oneOf(examples, chance), chance) }),
    async feed(input) {
      const { text } = input as { readonly text: string };
      const reading = await readConfigIn(".", text);
      if (reading.ok) {
        const nowhere = { notifySocket: null, runtimeFolder: null, credentials: null };
        permissionFlags(reading.config, {
          program: "/a",
          configFolder: "/b",
          data: "/c",
          ...nowhere,
        });
        return "fine";
      }
      const [first] = reading.problems;
      if (first === undefined || reading.problems.some(({ message }) => message === "")) {
        throw new Error("site.yaml is refused without a word");
      }
      return sameSort(`${first.path} ${first.message}`);
    },
    close: () => Promise.resolve(),
  };
}

const KINDS = {
  meters: loadMeterProfile,
  presets: loadMeterPreset,
  chargers: loadChargerModel,
} as const;

interface HardwareInput {
  readonly kind: keyof typeof KINDS;
  readonly text: string;
}

/** A user's own files about devices. */
export async function openHardwareEdge(): Promise<FuzzEdge> {
  const folder = await Deno.makeTempDir();
  const examples: HardwareInput[] = [];
  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
    for await (const { name } of Deno.readDir(new URL(`${kind}/`, HARDWARE))) {
      if (!name.endsWith(".yaml")) continue;
      examples.push({
        kind,
        text: await Deno.readTextFile(new URL(`${kind}/${name}`, HARDWARE)),
      });
    }
  }
  // The order in which a disk names files is its own.
  examples.sort((one, other) => one.text < other.text ? -1 : 1);
  return {
    name: "hardware",
    restMs: 60,
    draw(chance): HardwareInput {
      const { kind, text } = oneOf(examples, chance);
      return { kind, text: spoilYaml(text, chance) };
    },
    async feed(input) {
      const { kind, text } = input as HardwareInput;
      await Deno.writeTextFile(`${folder}/own.yaml`, text);
      const loaded = await KINDS[kind]("own.yaml", folder);
      if (loaded.ok) return `${kind} fine`;
      const [first = ""] = loaded.error;
      if (first === "") throw new Error(`A file of ${kind} is refused without a word`);
      return sameSort(`${kind} ${first.replace(/^\S+ /, "")}`);
    },
    close: () => Deno.remove(folder, { recursive: true }),
  };
}

/** What a person must be told in words of ours, or of SQLite or the disk; never a slip of the program. */
const SLIPS: ReadonlySet<string> = new Set(["TypeError", "RangeError", "ReferenceError"]);

/** Backups that are put back: what is damaged is refused or set aside. */
export async function openLedgerEdge(): Promise<FuzzEdge> {
  const folder = await Deno.makeTempDir();
  const whole = await makeLedger(`${folder}/whole.db`);
  return {
    name: "ledger",
    restMs: 500,
    draw: (chance) => ({ seed: Math.floor(chance() * 0x7fff_ffff), at: chance() }),
    async feed(input) {
      const { seed, at } = input as { readonly seed: number; readonly at: number };
      const file = `${folder}/spoilt.db`;
      const target = `${folder}/ledger.db`;
      await Deno.writeFile(file, spoiltPage(whole, at, seed));
      try {
        await restoreLedger(file, target);
        const store = openLedger(target);
        try {
          const { outbox } = await store.load(0);
          const sessions = await store.transactions({ limit: 1_000 });
          return `taken with ${sessions.length > 0 ? "sessions" : "none"}, ${outbox.length > 0}`;
        } finally {
          await store.close();
        }
      } catch (error) {
        if (!(error instanceof Error) || SLIPS.has(error.name)) throw error;
        return sameSort(`${error.name} ${error.message}`);
      } finally {
        for await (const { name } of Deno.readDir(folder)) {
          if (name !== "whole.db") await Deno.remove(`${folder}/${name}`, { recursive: true });
        }
      }
    },
    close: () => Deno.remove(folder, { recursive: true }),
  };
}

async function makeLedger(path: string): Promise<Uint8Array> {
  const store = openLedger(path);
  for (let number = 1; number <= 40; number++) {
    await store.commit(writesOf({ kind: "begin", number }));
    if (number % 3 > 0) await store.commit(writesOf({ kind: "confirm", number }));
  }
  await store.close();
  return await Deno.readFile(path);
}

/** A few bytes of one place of the file are spoilt, or it ends there. */
function spoiltPage(whole: Uint8Array, at: number, seed: number): Uint8Array {
  const begin = Math.floor(at * whole.length);
  if (seed % 16 === 0) return whole.slice(0, begin);
  const chance = (() => {
    let state = seed;
    return () => (state = (state * 48_271) % 0x7fff_ffff) / 0x7fff_ffff;
  })();
  const till = Math.min(whole.length, begin + 64);
  const piece = spoilBytes(whole.slice(begin, till), chance).slice(0, till - begin);
  const spoilt = Uint8Array.from(whole);
  spoilt.set(piece, begin);
  return spoilt;
}
