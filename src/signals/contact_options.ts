import type { ContactEffect } from "../site/mod.ts";

/** How a contact is read. */
export type ContactOptions = GpioContactOptions | MqttContactOptions;

interface ContactCommon {
  readonly id: string;
  readonly acts: ContactEffect;
}

/** A line of this machine, read by libgpiod's tools. */
export interface GpioContactOptions extends ContactCommon {
  readonly driver: "gpio";
  /** "gpiochip0" */
  readonly chip: string;
  /** Its number on the chip. */
  readonly line: number;
  /** Which level means that it is active: low for a contact to ground. */
  readonly activeWhen: "high" | "low";
  /** The resistor that holds the line while the contact is open. */
  readonly pull: "up" | "down" | "none";
  /** Default `gpioget`. */
  readonly program?: string | undefined;
}

/** A topic of an MQTT broker. */
export interface MqttContactOptions extends ContactCommon {
  readonly driver: "mqtt";
  /** mqtt://host:port or mqtts://host:port */
  readonly url: string;
  readonly topic: string;
  readonly activePayload: string;
  readonly idlePayload: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly ca?: string | undefined;
}
