/** A worker that runs the scenarios it is sent, one at a time; see worker_lane.ts. */
import type { WorkerWord } from "./lane.ts";
import { runScenario } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

/** The side of a worker that looks inside: its types stand in a library that fits no other module. */
interface Inside {
  onmessage: (event: MessageEvent<Scenario>) => Promise<void>;
  postMessage(word: WorkerWord): void;
  onunhandledrejection: (event: PromiseRejectionEvent) => void;
}

const PROGRESS_EVERY_MS = 200;
const inside = globalThis as unknown as Inside;

inside.onmessage = async ({ data: scenario }) => {
  let toldMs = performance.now();
  const hear = (second: number, world: World) => {
    if (performance.now() - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = performance.now();
    const sessions = world.sessions.all().length;
    const progress = { simulatedS: second + 1, sessions, frames: world.frames() };
    inside.postMessage({ kind: "progress", progress });
  };
  try {
    inside.postMessage({ kind: "ran", report: await runScenario(scenario, hear) });
  } catch (error) {
    tellThrown(error);
  }
};

// Work that nobody waits for failed, which the gateway must not let happen.
inside.onunhandledrejection = (event) => {
  event.preventDefault();
  tellThrown(event.reason);
};

function tellThrown(error: unknown): void {
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  inside.postMessage({ kind: "threw", text });
}
