import { sleep } from "../lib/clock.ts";
import type { Route } from "./route.ts";

/** SendLocalList: the list lives at the gateway; only this message changes it (D01.FR.09). */
export const sendLocalList: Route<"SendLocalList"> = {
  handling: ["answer"],
  async run({ message }, desk) {
    if (!desk.variables.flag("LocalAuthListCtrlr.Enabled")) {
      return { message: { status: "Failed" } };
    }
    const { status, writes } = desk.tokens.update({
      version: message.versionNumber,
      type: message.updateType,
      entries: message.localAuthorizationList ?? [],
    });
    await desk.journal.commit(writes);
    for (let more = desk.tokens.sweep(); more !== null; more = desk.tokens.sweep()) {
      await desk.journal.commit(more);
      // Chargers get their turn in between.
      await sleep(desk.clock, 0);
    }
    return { message: { status } };
  },
};

/** GetLocalListVersion: 0 while there is none. */
export const getLocalListVersion: Route<"GetLocalListVersion"> = {
  handling: ["answer"],
  isForOne: true,
  run: (_call, desk) => Promise.resolve({ message: { versionNumber: desk.tokens.list().version } }),
};

/** ClearCache: the gateway's own, and in the background those of the chargers. */
export const clearCache: Route<"ClearCache"> = {
  handling: ["fan-out"],
  isForOne: true,
  async run(_call, desk) {
    if (!desk.variables.flag("AuthCacheCtrlr.Enabled")) {
      return { message: { status: "Rejected" } };
    }
    await desk.journal.commit(desk.tokens.clearCache());
    for (const chargerId of desk.chargers.connected()) {
      desk.spawn(
        "clear cache",
        () => desk.chargers.call(chargerId, { action: "ClearCache", message: {} }),
      );
    }
    return { message: { status: "Accepted" } };
  },
};
