import type { Bottleneck, LimitReason } from "./balancing/mod.ts";
import { type Clock, isoTime } from "./lib/clock.ts";
import {
  type BottleneckView,
  formatOf,
  limitWords,
  originOf,
  type ReasonView,
  type SiteView,
  type Wordless,
} from "./web/mod.ts";

/** What the words of a site depend on. */
export interface ReasonManner {
  readonly clock: Pick<Clock, "wallMs" | "monoMs">;
  readonly language: SiteView["language"];
  readonly timezone: string;
}

/** A reason of the balancer as pages and the API tell it, with its words. */
export function reasonView(reason: LimitReason, manner: ReasonManner): ReasonView {
  const wordless = toldReason(reason, manner.clock);
  const format = formatOf(manner.language, manner.timezone);
  const from = originOf(wordless);
  return { ...wordless, from, text: limitWords(wordless, manner.language, format) };
}

/** True where a person would ask why: it has less than its socket carries, or more than others. */
export function isWorthTelling(reason: LimitReason): boolean {
  if (reason.first !== undefined || reason.onPhases !== undefined) return true;
  if (reason.doubtedMeterId !== undefined) return true;
  return reason.kind !== "unlimited" && reason.kind !== "idle";
}

function toldReason(reason: LimitReason, clock: ReasonManner["clock"]): Wordless {
  switch (reason.kind) {
    case "shared":
      return { ...reason, bottleneck: toldBottleneck(reason.bottleneck) };
    case "waiting": {
      const { nextAtMs, bottleneck, ...rest } = reason;
      const nextAt = nextAtMs === null
        ? null
        : isoTime(Math.round(clock.wallMs() + nextAtMs - clock.monoMs()));
      return { ...rest, bottleneck: toldBottleneck(bottleneck), nextAt };
    }
    case "capped": {
      const { untilWallMs, ...rest } = reason;
      return { ...rest, until: untilWallMs === null ? null : isoTime(untilWallMs) };
    }
    default:
      return reason;
  }
}

function toldBottleneck(bottleneck: Bottleneck | null): BottleneckView | null {
  if (bottleneck?.kind !== "cap" && bottleneck?.kind !== "power-cap") return bottleneck;
  const { untilWallMs, ...rest } = bottleneck;
  return { ...rest, until: untilWallMs === null ? null : isoTime(untilWallMs) };
}
