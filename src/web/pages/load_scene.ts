import type { WebParts } from "../web_parts.ts";
import { HISTORY_HOURS, type LoadCourse } from "./load_history.tsx";
import type { LoadScene } from "./load_page.tsx";
import type { Page } from "./page.ts";

/** The curves get a new point a minute; nobody asks the disk more often. */
const REFRESH_MS = 60_000;

/** The curves of the load page, read once a minute for everybody who looks. */
export interface LoadHistories {
  /** As they are on disk. */
  read(): Promise<LoadScene["history"]>;
  /** As they were read last; reads them again in the background where that is long ago. */
  known(): LoadScene["history"];
}

/** Nothing is read yet. */
export function createLoadHistories({ ports }: Pick<WebParts, "ports">): LoadHistories {
  const { views, forecasts, clock, spawn } = ports;
  let history: LoadScene["history"] = new Map();
  let readAtMs = -Infinity;

  async function read(): Promise<LoadScene["history"]> {
    if (clock.monoMs() - readAtMs < REFRESH_MS) return history;
    readAtMs = clock.monoMs();
    const fromMs = clock.wallMs() - HISTORY_HOURS * 3_600_000;
    const found = await Promise.all(
      views.circuits().map(async ({ id }): Promise<[string, LoadCourse]> => {
        const [minutes, plan] = await Promise.all([
          views.loadHistory(id, fromMs),
          forecasts.plan(id),
        ]);
        return [id, { minutes, plan }];
      }),
    );
    history = new Map(found);
    return history;
  }

  return {
    read,
    known() {
      if (clock.monoMs() - readAtMs >= REFRESH_MS) spawn("read load history", read);
      return history;
    },
  };
}

/** What the load page shows now. */
export function loadScene(
  { ports: { views, forecasts } }: Pick<WebParts, "ports">,
  page: Page,
  history: LoadScene["history"],
): LoadScene {
  return {
    page,
    circuits: views.circuits(),
    evses: views.evses(),
    history,
    strategy: forecasts.strategy(),
  };
}
