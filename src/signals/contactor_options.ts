/** How a contactor is reached. */
export type ContactorOptions =
  | GpioContactorOptions
  | ModbusContactorOptions
  | MqttContactorOptions;

interface ContactorCommon {
  readonly id: string;
  readonly slots: readonly number[];
}

/** A coil of a Modbus TCP device. */
export interface ModbusContactorOptions extends ContactorCommon {
  readonly driver: "modbus-tcp";
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  /** Address on the wire, from 0. */
  readonly coil: number;
  /** What the coil is while the contactor is open: false where the coil holds it closed. */
  readonly openWhenOn: boolean;
}

/** A relay that takes its orders over MQTT. */
export interface MqttContactorOptions extends ContactorCommon {
  readonly driver: "mqtt";
  /** mqtt://host:port or mqtts://host:port */
  readonly url: string;
  readonly topic: string;
  readonly openPayload: string;
  readonly closedPayload: string;
  /** Where the relay tells what it did, in the same words; null: it does not, and nothing is proven. */
  readonly stateTopic: string | null;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly ca?: string | undefined;
}

/** A line of this machine that drives a relay; at rest, while nobody holds it, the contactor is closed. */
export interface GpioContactorOptions extends ContactorCommon {
  readonly driver: "gpio";
  /** "gpiochip0" */
  readonly chip: string;
  /** Its number on the chip. */
  readonly line: number;
  /** The level while the contactor is open. */
  readonly openWhen: "high" | "low";
  /** An auxiliary contact that tells what it did, on the same chip; null: nothing is proven. */
  readonly feedback: {
    readonly line: number;
    readonly openWhen: "high" | "low";
    readonly pull: "up" | "down" | "none";
  } | null;
  /** Default `gpioset`. */
  readonly setProgram?: string | undefined;
  /** Default `gpioget`. */
  readonly getProgram?: string | undefined;
}

/** A relay on the site's network answers by then, or helps nobody any more. */
export const CONTACTOR_PATIENCE_MS = 5_000;
