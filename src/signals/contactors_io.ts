import type { Clock } from "../lib/clock.ts";
import type { Contactor } from "../site/mod.ts";
import type { ContactorOptions } from "./contactor_options.ts";
import { createGpioContactor } from "./gpio_contactor_io.ts";
import { createModbusContactor } from "./modbus_contactor_io.ts";
import { createMqttContactor } from "./mqtt_contactor_io.ts";

/** The contactors of the site, each by its own driver. None is touched before it is needed. */
export function createContactors(
  all: readonly ContactorOptions[],
  clock: Clock,
): readonly Contactor[] {
  return all.map((options) => contactorOf(options, clock));
}

function contactorOf(options: ContactorOptions, clock: Clock): Contactor {
  switch (options.driver) {
    case "gpio":
      return createGpioContactor(options, clock);
    case "modbus-tcp":
      return createModbusContactor(options, clock);
    case "mqtt":
      return createMqttContactor(options, clock);
  }
}
