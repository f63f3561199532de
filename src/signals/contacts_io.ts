import type { Clock } from "../lib/clock.ts";
import type { Contact } from "../site/mod.ts";
import type { ContactOptions } from "./contact_options.ts";
import { createGpioContact } from "./gpio_contact_io.ts";
import { createMqttContact } from "./mqtt_contact_io.ts";

/** The contacts of the site, each by its own driver. None is read before it is started. */
export function createContacts(all: readonly ContactOptions[], clock: Clock): readonly Contact[] {
  return all.map((options) =>
    options.driver === "mqtt" ? createMqttContact(options) : createGpioContact(options, clock)
  );
}
