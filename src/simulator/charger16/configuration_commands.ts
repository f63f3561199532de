import type { CommandDesk, CommandTable } from "./commands.ts";

/** Commands about the station itself. */
export const CONFIGURATION_COMMANDS: CommandTable<
  "GetConfiguration" | "ChangeConfiguration" | "Reset" | "DataTransfer"
> = {
  GetConfiguration: ({ station }, { key = [] }) => ({ payload: station.configuration.read(key) }),

  ChangeConfiguration(desk, { key, value }) {
    const status = desk.station.configuration.change(key, value);
    if (status !== "Accepted") return { payload: { status } };
    return { payload: { status }, afterwards: () => takeEffect(desk, key.toLowerCase(), value) };
  },

  Reset: ({ power }, { type }) => ({
    payload: { status: "Accepted" },
    afterwards: () => power.reset(type),
  }),

  /** Knows the vendor of the station and one message that sends its data back. */
  DataTransfer({ station }, { vendorId, messageId, data }) {
    if (vendorId !== station.options.vendor) return { payload: { status: "UnknownVendorId" } };
    if (messageId !== "Echo") return { payload: { status: "UnknownMessageId" } };
    return { payload: { status: "Accepted", ...(data === undefined ? {} : { data }) } };
  },
};

/** What some keys change at once. */
function takeEffect({ station, ...desk }: CommandDesk, key: string, value: string): void {
  if (key === "heartbeatinterval") return desk.beatRegularly();
  if (key === "metervaluesampleinterval" || key === "clockaligneddatainterval") {
    return desk.metering.reschedule();
  }
  if (key !== "authorizationkey") return;
  // Security whitepaper A01: the new password counts from the next connection, which is now.
  station.memory.password = value;
  station.link.restart(0, { boots: false, how: "close" });
}
