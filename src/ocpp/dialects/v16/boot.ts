import { compact } from "../../../lib/json.ts";
import type { ChargingStation } from "../../inside.ts";
import type { Requests16 } from "../../messages/mod.ts";
import { clipped, unsaidText } from "../translations.ts";
import { empty, exchange } from "./_exchange.ts";

/** Lengths of CiString20Type and CiString25Type. */
const SHORT_MAX = 20;
const SERIAL_MAX = 25;
const FIRMWARE_MAX = 50;

const serialText = unsaidText(SERIAL_MAX);

type Boot = Requests16["BootNotification"];

/** 1.6 does not say why a charger booted; only what it is, with a meter that 2.1 has no field for. */
export const bootNotification = exchange<"BootNotification", "BootNotification">(
  "BootNotification",
  {
    read(wire, notes) {
      notes.read("chargeBoxSerialNumber", serialText, wire.chargeBoxSerialNumber);
      notes.read("meterType", serialText, wire.meterType);
      notes.read("meterSerialNumber", serialText, wire.meterSerialNumber);
      return { reason: "Unknown", chargingStation: readStation(wire) };
    },
    write({ chargingStation }, notes) {
      return compact({
        ...writeStation(chargingStation),
        chargeBoxSerialNumber: notes.write("chargeBoxSerialNumber", serialText, undefined),
        meterType: notes.write("meterType", serialText, undefined),
        meterSerialNumber: notes.write("meterSerialNumber", serialText, undefined),
      });
    },
  },
  {
    read: ({ status, currentTime, interval }) => ({ status, currentTime, interval }),
    write: ({ status, currentTime, interval }) => ({ status, currentTime, interval }),
  },
);

function readStation(wire: Boot): ChargingStation {
  const { iccid, imsi } = wire;
  return compact({
    vendorName: wire.chargePointVendor,
    model: wire.chargePointModel,
    serialNumber: wire.chargePointSerialNumber,
    firmwareVersion: wire.firmwareVersion,
    modem: iccid === undefined && imsi === undefined ? undefined : compact({ iccid, imsi }),
  });
}

function writeStation(station: ChargingStation): Boot {
  const { serialNumber, firmwareVersion, modem } = station;
  return compact({
    chargePointVendor: clipped(station.vendorName, SHORT_MAX),
    chargePointModel: clipped(station.model, SHORT_MAX),
    chargePointSerialNumber: clipped(serialNumber, SERIAL_MAX),
    firmwareVersion: clipped(firmwareVersion, FIRMWARE_MAX),
    iccid: clipped(modem?.iccid, SHORT_MAX),
    imsi: clipped(modem?.imsi, SHORT_MAX),
  });
}

export const heartbeat = exchange<"Heartbeat", "Heartbeat">("Heartbeat", empty, {
  read: ({ currentTime }) => ({ currentTime }),
  write: ({ currentTime }) => ({ currentTime }),
});
