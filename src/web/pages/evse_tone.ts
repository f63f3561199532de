import type { EvseState } from "../../site/mod.ts";
import type { IconName } from "./icon.tsx";

/** The colours of a state, used for nothing else: charging green, ready blue, waiting amber, … */
export type Tone = "charging" | "ready" | "waiting" | "fault" | "unreachable";

/** How a state looks. Its icon differs from the others' too: colour alone says nothing to some. */
export const STATE_LOOKS: Readonly<
  Record<EvseState, { readonly tone: Tone; readonly icon: IconName }>
> = {
  "available": { tone: "ready", icon: "ring" },
  "preparing": { tone: "waiting", icon: "plug" },
  "charging": { tone: "charging", icon: "bolt" },
  "suspended-by-ev": { tone: "waiting", icon: "hourglass" },
  "suspended-by-evse": { tone: "waiting", icon: "hourglass" },
  "finishing": { tone: "waiting", icon: "check" },
  "reserved": { tone: "waiting", icon: "bookmark" },
  "unavailable": { tone: "unreachable", icon: "ban" },
  "faulted": { tone: "fault", icon: "fault" },
  "unreachable": { tone: "unreachable", icon: "unlink" },
  "unknown": { tone: "unreachable", icon: "question" },
};
