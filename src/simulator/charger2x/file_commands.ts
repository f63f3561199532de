import { sleep } from "../../lib/clock.ts";
import type { CommandDesk2x, CommandTable2x } from "./commands.ts";
import type { Said2x } from "./messages.ts";

/** How long each step of an upload or a download takes. */
const STEP_MS = 5_000;

type FirmwareStatus = Said2x["FirmwareStatusNotification"]["status"];

/** Commands about files: they are neither fetched nor sent, but what is said of them is said (L01, N01). */
export const FILE_COMMANDS_2X: CommandTable2x<"UpdateFirmware" | "GetLog"> = {
  UpdateFirmware: (desk, { requestId }) => ({
    payload: { status: "Accepted" },
    afterwards: () => desk.station.ports.spawn("update firmware", () => update(desk, requestId)),
  }),

  GetLog: (desk, { requestId }) => ({
    payload: { status: "Accepted", filename: `log-${requestId}.txt` },
    afterwards: () => desk.station.ports.spawn("send log", () => sendLog(desk, requestId)),
  }),
};

async function update({ station, power }: CommandDesk2x, requestId: number): Promise<void> {
  const tell = (status: FirmwareStatus) =>
    station.link.say("FirmwareStatusNotification", { status, requestId });
  await tell("Downloading");
  await sleep(station.ports.clock, STEP_MS);
  await tell("Downloaded");
  await tell("Installing");
  await sleep(station.ports.clock, STEP_MS);
  // It restarts when nobody charges any more, and is what it was.
  await tell("Installed");
  power.resetWhenIdle();
}

async function sendLog({ station }: CommandDesk2x, requestId: number): Promise<void> {
  await station.link.say("LogStatusNotification", { status: "Uploading", requestId });
  await sleep(station.ports.clock, STEP_MS);
  await station.link.say("LogStatusNotification", { status: "Uploaded", requestId });
}
