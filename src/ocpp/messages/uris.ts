/** RFC 3986: a scheme, and nothing after it but what a URI may hold. One pass, whatever the text. */
const URI = /^[a-z][a-z0-9+.-]*:(?:[a-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9a-f]{2})*$/i;

/** True for an absolute URI, as 1.6 wants of a `location`. */
export function isUri(text: string): boolean {
  return URI.test(text);
}

/** `text` where it is a URI; else the nearest thing that is one. */
export function asUri(text: string): string {
  if (isUri(text)) return text;
  const encoded = encodeURI(text.toWellFormed()).replaceAll(/%25([0-9a-f]{2})/gi, "%$1");
  return isUri(encoded) ? encoded : `unknown:${encodeURIComponent(text.toWellFormed())}`;
}
