import type { WebPorts } from "../ports.ts";
import type { FuseKnowledge } from "./first_run.ts";
import { chargersIn, lastSlotIn, namesFuse } from "./first_run_yaml.ts";

/** What the steps need to know besides how things are at this moment. */
export interface FirstRunMemory {
  readonly fuse: FuseKnowledge;
  /** Where site.yaml is; null where the gateway was started without one to write to. */
  readonly file: string | null;
  /** Null where the file can be written; else why not. */
  readonly cannotWrite: string | null;
  /** Chargers that the file names. */
  readonly named: readonly string[];
  readonly lastSlot: number;
  /** A session of before has energy. */
  readonly hasCharged: boolean;
  /** Something was written, and the gateway is about to start anew. */
  readonly isStartingAnew: boolean;
}

/** Remembers between requests what the open pages are drawn with: files are not read for each patch. */
export interface FirstRunDesk {
  look(): Promise<FirstRunMemory>;
  known(): FirstRunMemory;
  /** The gateway starts anew soon. */
  written(): void;
}

const NOTHING: FirstRunMemory = {
  fuse: "unknown",
  file: null,
  cannotWrite: null,
  named: [],
  lastSlot: 0,
  hasCharged: false,
  isStartingAnew: false,
};
/** The newest sessions may have failed; one of so many has energy where any car charges here. */
const SESSIONS_LOOKED_AT = 50;

/** Creates a desk that has not looked yet. */
export function createFirstRunDesk(
  { ports }: { readonly ports: Pick<WebPorts, "settings" | "views"> },
): FirstRunDesk {
  let memory = NOTHING;
  return {
    async look() {
      const { isStartingAnew, hasCharged } = memory;
      const file = await fileMemory(ports);
      memory = {
        ...NOTHING,
        ...file,
        hasCharged: hasCharged || await anySessionWithEnergy(ports),
        isStartingAnew,
      };
      return memory;
    },
    known: () => memory,
    written() {
      memory = { ...memory, isStartingAnew: true };
    },
  };
}

async function fileMemory(
  { settings }: Pick<WebPorts, "settings">,
): Promise<Partial<FirstRunMemory>> {
  if (settings === undefined) return {};
  const { file, text, cannotWrite } = settings.read();
  const { problems } = await settings.check(text);
  // What is wrong in it now is for the page Settings; nothing is told by a file that is.
  if (problems.length > 0) return { file, cannotWrite };
  return {
    file,
    cannotWrite,
    fuse: namesFuse(text) ? "written" : "default",
    named: chargersIn(text),
    lastSlot: lastSlotIn(text),
  };
}

async function anySessionWithEnergy({ views }: Pick<WebPorts, "views">): Promise<boolean> {
  const sessions = await views.transactions({ limit: SESSIONS_LOOKED_AT });
  return sessions.some(({ energyWh }) => energyWh > 0);
}
