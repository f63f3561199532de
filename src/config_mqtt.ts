import { z } from "zod";
import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import type { ConfigSources } from "./config_text.ts";
import { parseBrokerUrl } from "./meters/mod.ts";
import type { PublishingOptions } from "./telemetry/mod.ts";

const topicPart = z.string().regex(
  /^[^+#\s\0/]+(\/[^+#\s\0/]+)*$/,
  "Expected the beginning of a topic, such as sangam/depot: no + or #, no / at its ends",
).max(200);

/** Where the state of the site is published. */
export const mqttSchema = z.strictObject({
  url: z.string(),
  prefix: topicPart,
  username: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  // Roots of the broker instead of those of the machine.
  ca: z.string().optional(),
  qos: z.union([z.literal(0), z.literal(1)]).default(1),
  // Whether Home Assistant is told of the devices, or where it looks for them.
  discovery: z.union([z.boolean(), topicPart]).default(false),
  commands: z.boolean().default(false),
  // The token of a start that names none.
  startToken: z.string().regex(/^[\x20-\x7e]{1,36}$/, "Expected 1 to 36 printable characters")
    .optional(),
});

const HOME_ASSISTANT = "homeassistant";

/** What site.yaml says of it, as the room `telemetry` takes it; null where it says nothing. */
export function publishingOptions(yaml: SiteYaml, files: ConfigSources): PublishingOptions | null {
  if (yaml.mqtt === undefined) return null;
  const { url, prefix, username, password, ca, qos, discovery, commands, startToken } = yaml.mqtt;
  return {
    url,
    prefix,
    username,
    password,
    ca: ca === undefined ? undefined : files.file(ca) ?? undefined,
    qos,
    discoveryPrefix: discovery === false ? null : discovery === true ? HOME_ASSISTANT : discovery,
    commands,
    startToken: startToken ?? null,
  };
}

/** What is wrong with it. */
export function mqttProblems({ mqtt }: SiteYaml, files: ConfigSources): PlacedProblem[] {
  if (mqtt === undefined) return [];
  const problems: PlacedProblem[] = [];
  const add = (name: string, message: string) =>
    void problems.push({ path: ["mqtt", name], message });
  const broker = parseBrokerUrl(mqtt.url);
  if (!broker.ok) add("url", `Cannot use address: ${broker.error}`);
  if (mqtt.ca !== undefined && files.file(mqtt.ca) === null) {
    add("ca", `There is no file "${mqtt.ca}"`);
  }
  if (mqtt.password !== undefined && mqtt.username === undefined) {
    add("password", "A password needs a username too");
  }
  if (mqtt.startToken !== undefined && !mqtt.commands) {
    add("startToken", "Nothing is started by MQTT unless commands is true");
  }
  if (typeof mqtt.discovery === "string" && mqtt.prefix.startsWith(`${mqtt.discovery}/`)) {
    add("prefix", `Our topics may not lie below "${mqtt.discovery}": Home Assistant reads there`);
  }
  return problems;
}
