import { type Lane, NO_PROGRESS, type Outcome, reportOf, type WorkerWord } from "./lane.ts";

/** Where and how long a lane runs. */
export interface WorkerLaneOptions {
  /** A run that does not get on for so long hangs. */
  readonly stallMs?: number;
  /** The module of the worker; another one in tests. */
  readonly module?: string | URL;
}

const STALL_MS = 300_000;
const MODULE = new URL("./seed_worker.ts", import.meta.url);

/**
 * A lane on a core of its own. Whatever a scenario does there, throw, leave a rejection or spin, it
 * cannot take others along: its worker is ended, and the next scenario gets a new one.
 */
export function createWorkerLane(options: WorkerLaneOptions = {}): Lane {
  const { stallMs = STALL_MS, module = MODULE } = options;
  let worker: Worker | null = null;

  function close(): void {
    worker?.terminate();
    worker = null;
  }

  return {
    close,
    run(scenario, signal, hear) {
      const began = performance.now();
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      const current = worker ??= new Worker(module, { type: "module" });
      let progress = NO_PROGRESS;
      let stall = setTimeout(hung, stallMs);

      function end(report = reportOf(scenario, progress, null), isWhole = true): void {
        clearTimeout(stall);
        signal.removeEventListener("abort", callOff);
        resolve({ report, wallMs: performance.now() - began, isWhole });
      }
      function callOff(): void {
        close();
        end(undefined, false);
      }
      function hung(): void {
        close();
        const text = `no second of it has passed in ${stallMs / 1_000} s`;
        end(reportOf(scenario, progress, { rule: "hung", text }));
      }
      function threw(text: string): void {
        close();
        end(reportOf(scenario, progress, { rule: "threw", text }));
      }

      signal.addEventListener("abort", callOff);
      current.onerror = (event) => {
        event.preventDefault();
        threw(event.message);
      };
      current.onmessage = ({ data }: MessageEvent<WorkerWord>) => {
        if (data.kind === "threw") threw(data.text);
        if (data.kind === "ran") end(data.report);
        if (data.kind !== "progress") return;
        clearTimeout(stall);
        stall = setTimeout(hung, stallMs);
        progress = data.progress;
        hear(progress);
      };
      if (signal.aborted) callOff();
      else current.postMessage(scenario);
      return promise;
    },
  };
}
