/**
 * The longest start of `text` that has at most `limit` UTF-16 units and does not cut a character in
 * half; nothing where the limit leaves no room.
 */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  if (limit <= 0) return "";
  const last = text.charCodeAt(limit - 1);
  const cutsPair = last >= 0xd800 && last <= 0xdbff;
  return detached(text.slice(0, cutsPair ? limit - 1 : limit));
}

/**
 * The same text in memory of its own. A part of a text keeps the whole of it in V8's memory: a name
 * that is cut to 50 characters and remembered would hold the frame of 64 KiB that it came in.
 */
export function detached(text: string): string {
  return JSON.parse(JSON.stringify(text));
}

/**
 * A short mark of a text, by which the same text is known again: 53 bits (cyrb53). For telling repeats
 * from news, not for keeping anybody out.
 */
export function markOf(text: string): string {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 2_654_435_761);
    high = Math.imul(high ^ unit, 1_597_334_677);
  }
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^
    Math.imul(high ^ (high >>> 13), 3_266_489_909);
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^
    Math.imul(low ^ (low >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & high) + (low >>> 0)).toString(36);
}
