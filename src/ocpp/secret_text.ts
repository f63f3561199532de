const NAMES = /AuthorizationKey|BasicAuthPassword|SetNetworkProfile/i;
const VALUE = /("(?:value|attributeValue)"\s*:\s*)"(?:[^"\\]|\\.)*"/g;
/** 2.x SetNetworkProfile: of the CSMS, of a mobile network, of a VPN. */
const NAMED =
  /("(?:basicAuthPassword|apnPassword|password|key|simPin)"\s*:\s*)("(?:[^"\\]|\\.)*"|\d+)/g;
/** 1.6: an object without others in it, with its key. */
const KEY_VALUE = /\{[^{}]*"AuthorizationKey"[^{}]*\}/gi;

/**
 * A frame as it may be shown and kept: without the password that it sets or tells. In 2.x the values of
 * all variables go that stand in one frame with it.
 */
export function withoutSecrets(text: string): string {
  if (!NAMES.test(text)) return text;
  if (/"SetNetworkProfile"/.test(text)) return text.replace(NAMED, '$1"…"');
  return /BasicAuthPassword/i.test(text) ? hidden(text) : text.replace(KEY_VALUE, hidden);
}

function hidden(text: string): string {
  return text.replace(VALUE, '$1"…"');
}
