import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createModbusContactor } from "../../src/signals/modbus_contactor_io.ts";
import { playContactor, startCoils } from "../support/contactors.ts";
import { contactorContract } from "./contactor.ts";

const COIL = 7;

contactorContract("played contactor", () => {
  const contactor = playContactor("row-a", [1]);
  return Promise.resolve({
    contactor,
    isOpen: contactor.isOpen,
    weld: contactor.weld,
    cutCable: () => Promise.resolve(contactor.cutCable()),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});

for (const openWhenOn of [true, false]) {
  contactorContract(`Modbus coil, open when ${openWhenOn ? "on" : "off"}`, async () => {
    const device = await startCoils();
    const contactor = createModbusContactor({
      driver: "modbus-tcp",
      id: "row-a",
      slots: [1],
      host: "127.0.0.1",
      port: device.port,
      unit: 1,
      coil: COIL,
      openWhenOn,
    }, createSystemClock());
    let isStopped = false;
    const stop = async () => {
      if (!isStopped) await device.stop();
      isStopped = true;
    };
    return {
      contactor,
      isOpen() {
        const isOn = device.coils.get(COIL);
        return isOn === undefined ? null : isOn === openWhenOn;
      },
      weld: device.weld,
      cutCable: stop,
      [Symbol.asyncDispose]: stop,
    };
  });
}
