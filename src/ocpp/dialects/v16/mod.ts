export { actionFor16 } from "./action_choice.ts";
export type { Exchange16 } from "./_exchange.ts";
export {
  type AnyExchange16,
  type Codecs16,
  codecs16,
  findExchange16,
  insideActionOf,
  type InsideOf16,
  isAction16,
} from "./codecs.ts";
export {
  CONFIGURATION_KEYS,
  type ConfigurationKey,
  findKey,
  findVariable,
  isWritableIn16,
  keyOf,
  LEGACY_COMPONENT,
  type VariableName,
  variableOf,
} from "./configuration_keys.ts";
export { KEY_LENGTH_MAX_16, VALUE_LENGTH_MAX_16 } from "./configuration.ts";
export { dialect16 } from "./dialect.ts";
export { fitsToken16, TOKEN_LENGTH_MAX_16 } from "./identification.ts";
export { refusal16 } from "./refusal.ts";
