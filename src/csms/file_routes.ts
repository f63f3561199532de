import { FILE_RULES } from "../files/mod.ts";
import { locationProblem } from "./file_locations.ts";
import type { Route } from "./route.ts";

/**
 * Files that the CSMS means for "the station" mean the gateway (ruling 11): one charger is reached by its
 * slot. The gateway is updated by its host, and says so.
 */

/** GetDiagnostics, GetLog: no file to upload (1.6 §5.9: an answer without a file name). */
export const getLog: Route<"GetLog"> = {
  handling: ["refuse"],
  isForOne: true,
  run: () => Promise.resolve({ message: { status: "Rejected" } }),
};

/** UpdateFirmware: unsigned, 1.6 has no refusal (nor a request id), so it follows as a status. */
export const updateFirmware: Route<"UpdateFirmware"> = {
  handling: ["refuse"],
  isForOne: true,
  run({ message: { requestId } }, desk) {
    const message = { status: "DownloadFailed" } as const;
    if (requestId === undefined) {
      desk.follow("firmware", { action: "FirmwareStatusNotification", message });
    }
    return Promise.resolve({ message: { status: "Rejected" } });
  },
};

/** PublishFirmware: the gateway is the local controller of L03; without a place for files it is none. */
export const publishFirmware: Route<"PublishFirmware"> = {
  handling: ["answer", "refuse"],
  async run(call, { firmware, options }) {
    const isFine = locationProblem(call, options.files ?? FILE_RULES) === null;
    if (firmware === undefined || !isFine) return { message: { status: "Rejected" } };
    return { message: { status: await firmware.publish(call.message) } };
  },
};

/** UnpublishFirmware (L04). */
export const unpublishFirmware: Route<"UnpublishFirmware"> = {
  handling: ["answer", "refuse"],
  async run({ message: { checksum } }, { firmware }) {
    return { message: { status: await firmware?.unpublish(checksum) ?? "NoFirmware" } };
  },
};
